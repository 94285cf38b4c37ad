import Environment
import Harness
import Operations
import Simulator
import Testing
import VirtualWorld

@testable import Running

/// The proof that queues are empty: when it is given, when not, and what is said then.
@Suite struct DrainTests {
  private func run(
    _ plan: TestPlan = RunSamples.plan(load: .seconds(10)),
    _ change: (inout Script) -> Void = { _ in }
  ) throws -> VirtualRun.Outcome {
    var script = Script()
    change(&script)
    return try VirtualRun(plan, script: script).run()
  }

  /// When the drain of the sample begins, if nothing else happens.
  private func drainBegins() throws -> Instant {
    try #require(try run().history.began(.drain))
  }

  @Test func oneLookIsNotEnough() throws {
    let begins = try drainBegins()
    // The queues count as full again right after the first look, for a moment: the proof has to
    // begin anew, with two more looks.
    let plain = try #require(try run().history.length(of: .drain))
    let nearEnd = begins + (plain - .milliseconds(200))
    let outcome = try run { $0.refilled = (nearEnd, .milliseconds(100)) }
    let disturbed = try #require(outcome.history.length(of: .drain))
    #expect(outcome.history.told(.drained).count == 3)
    #expect(disturbed >= plain)
    let start = begins + .milliseconds(100)
    let late = try run { $0.refilled = (start, .milliseconds(400)) }
    let length = try #require(late.history.length(of: .drain))
    #expect(length >= plain + .milliseconds(250), "\(length) after \(plain)")
  }

  /// What a look at an ill cluster found empty is no first half of a proof.
  @Test func aLookAtAnIllClusterDoesNotCount() throws {
    let begins = try drainBegins()
    let plain = try #require(try run().history.length(of: .drain))
    // The first of the two looks that prove it otherwise: the queues are empty by then.
    #expect(plain < .milliseconds(400))
    let outcome = try run { $0.illness = (begins, .milliseconds(100)) }
    let length = try #require(outcome.history.length(of: .drain))
    #expect(length >= plain + .milliseconds(250), "\(length) after \(plain)")
    #expect(outcome.history.told(.drained).count == 3)
  }

  @Test func aQueueThatNeverEmptiesIsToldAfterTheDeadline() throws {
    let outcome = try run { $0.stuck = ["mirrored"] }
    let history = outcome.history
    let drain = try #require(history.length(of: .drain))
    #expect((.seconds(120) ... .seconds(122)).contains(drain), "\(drain)")
    #expect(history.told(.drained).map(\.event.queue) == [QueueID(0), QueueID(2)])
    let stuck = try #require(history.told(.undrained).first?.event)
    #expect(history.told(.undrained).count == 1 && stuck.queue == QueueID(1))
    #expect(stuck.detail.contains("n1 counts") && stuck.detail.contains("ready"))
    #expect(stuck.detail.contains("messages on the replica of n2"))
    #expect(stuck.emptiness?.isOpen == false, "somebody counted messages")
    #expect(stuck.emptiness?.unasked == [])
  }

  @Test func whatNobodyCountedIsOpen() throws {
    let outcome = try run { $0.countless = [NodeID(1), NodeID(2), NodeID(3)] }
    let open = outcome.history.told(.undrained).map(\.event)
    #expect(open.count == 3 && outcome.history.told(.drained).isEmpty)
    #expect(open.allSatisfy { $0.emptiness?.isOpen == true })
    #expect(open[0].detail.contains("cannot count the messages"))
  }

  @Test func whoDoesNotAnswerIsNamed() throws {
    let outcome = try run { script in
      script.muteFrom = .zero + .seconds(9)
      script.mute = [NodeID(2)]
    }
    let open = outcome.history.told(.undrained).map(\.event)
    #expect(open.count == 3)
    #expect(open.allSatisfy { $0.detail.contains("n2 did not answer") })
    #expect(open.allSatisfy { $0.emptiness?.isOpen == true })
    #expect(open.allSatisfy { $0.emptiness?.unasked == [NodeID(2)] })
    #expect(outcome.warnings.first?.contains("n2 does not answer: n2 did not answer") == true)
  }

  /// Whoever cannot be asked proves nothing: the run ends once nothing has come for a while.
  @Test func whereNobodyCanBeAskedTheRunEndsInQuiet() throws {
    let plan = RunSamples.plan(load: .seconds(10))
    let run = VirtualRun(plan)
    let outcome = try run.run(on: BareSystem(run.system))
    #expect(outcome.failure == nil)
    #expect(outcome.history.told(.drained).isEmpty && outcome.history.told(.undrained).isEmpty)
    let drain = try #require(outcome.history.length(of: .drain))
    #expect((.seconds(5) ... .seconds(7)).contains(drain), "\(drain)")
    #expect(outcome.history.began(.done) != nil)
  }

  @Test func whatIsNeverQuietEndsAtTheDeadline() throws {
    let plan = RunSamples.plan(load: .seconds(10))
    let run = VirtualRun(plan, script: .with { $0.echoes = true })
    let outcome = try run.run(on: BareSystem(run.system))
    let drain = try #require(outcome.history.length(of: .drain))
    #expect((.seconds(120) ... .seconds(121)).contains(drain), "\(drain)")
  }

  @Test func aRunOfMoreThanADayEndsAsItShould() throws {
    var plan = RunSamples.plan(kinds: [.quorum], load: .seconds(30 * 3_600))
    plan.workload.settings["publish-interval-ns"] = 600_000_000_000
    let run = VirtualRun(plan)
    let outcome = try run.run(on: BareSystem(run.system))
    #expect(outcome.failure == nil)
    #expect(outcome.history.length(of: .load) == .seconds(30 * 3_600))
    #expect(outcome.history.began(.done) != nil)
    #expect(run.executor.now.age > .seconds(30 * 3_600))
  }
}
