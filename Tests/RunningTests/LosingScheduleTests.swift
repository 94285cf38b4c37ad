import Environment
import Harness
import Operations
import Scenarios
import Simulator
import Testing
import VirtualWorld

@testable import Campaign
@testable import Judging
@testable import Running

/// The whole losing schedule, from the declaration of queues to the verdict, in virtual time.
@Suite struct LosingScheduleTests {
  static func plan(seed: UInt64) throws -> TestPlan {
    let scenario = try #require(ScenarioLibrary.named("losing"))
    var options = try PlanOptions(scenario)
    options.seed = seed
    return options.plan()
  }

  /// The digest of a run's history, in its binary form.
  static func digest(script: Script = Script()) throws -> String {
    let history = try VirtualRun(plan(seed: 1), script: script).run().history
    let bytes = try history.encoded()
    let hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3
    }
    return "\(history.events.count) events \(String(hash, radix: 16))"
  }

  @Test(arguments: [1, 2] as [UInt64])
  func mirroredQueuesLoseWhatQuorumQueuesKeep(seed: UInt64) throws {
    let plan = try Self.plan(seed: seed)
    let outcome = try VirtualRun(plan).run()
    #expect(outcome.failure == nil && outcome.warnings == [])
    let history = outcome.history
    for fault in plan.schedule.steps {
      #expect(history.stages(of: fault.id.rawValue) == [.began, .proved], "\(fault.fault.name)")
    }
    #expect(history.told(.drained).count == 3)
    let report = CheckerSuite.check(history, criteria: plan.criteria)
    for queue in plan.queues {
      // What was confirmed and never delivered, counted from the events alone.
      let lost = history.lost(of: queue.id).count
      #expect(report.measure(.lost, of: queue.id) == .count(lost))
      #expect((lost > 0) == (queue.kind == .mirrored), "\(queue.kind): \(lost)")
      #expect(
        report.finding(.atLeastOnce, of: queue.id)?.judgement
          == (queue.kind == .mirrored ? .violated : .held))
    }
  }

  @Test func theSameSeedGivesTheSameHistoryInEveryProcess() async throws {
    let digests = try await digests(planted: false)
    #expect(digests.count == 10 && Set(digests).count == 1, "\(Set(digests))")
    #expect(digests.first == (try Self.digest()), "and in this one")
  }

  /// The test above notices what depends on the process.
  @Test func aPlantedNondeterminismIsNoticed() async throws {
    let digests = try await digests(planted: true)
    #expect(digests.count == 10 && Set(digests).count > 1, "\(digests)")
  }

  /// What ten processes say, each with hash seeds of its own.
  private func digests(planted: Bool) async throws -> [String] {
    var said: [String] = []
    for _ in 0..<10 {
      let result =
        planted
        ? await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
          print(
            "digest:",
            try LosingScheduleTests.digest(script: .with { $0.isNondeterministic = true }))
        }
        : await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
          print("digest:", try LosingScheduleTests.digest())
        }
      let output = String(decoding: try #require(result).standardOutputContent, as: UTF8.self)
      let line = try #require(output.split(separator: "\n").first { $0.hasPrefix("digest:") })
      said.append(String(line.dropFirst("digest: ".count)))
    }
    return said
  }
}

extension History {
  /// The messages of a queue that were confirmed and never came to anybody, by a plain count.
  func lost(of queue: QueueID) -> Set<MessageID> {
    var published: [OperationID: MessageID] = [:]
    var confirmed: Set<MessageID> = []
    var delivered: Set<MessageID> = []
    for timed in events {
      switch timed.event {
      case .invoked(let invocation):
        guard invocation.queue == queue, case .publish(let message) = invocation.action else {
          continue
        }
        published[invocation.operation] = message
      case .completed(let operation, .ok(.confirmed)):
        if let message = published[operation] { confirmed.insert(message) }
      case .delivered(let delivery):
        if delivery.queue == queue { delivered.insert(delivery.receipt.message) }
      default: continue
      }
    }
    return confirmed.subtracting(delivered)
  }
}
