import Environment
import Harness
import Operations
import Testing

@testable import Workloads

/// What every workload owes a plan, and what each makes of its parameters.
@Suite struct WorkloadTests {
  private static let nodes = (1...3).map { NodeID($0) }

  private static func queues(_ workload: any Workload.Type) -> [QueuePlan] {
    let settings = WorkloadSettings(defaultsOf: workload.parameters)
    let kinds = QueueKind.allCases.enumerated().map { index, kind in
      QueuePlan(
        id: QueueID(UInt32(index)), name: kind.rawValue, kind: kind,
        mirroring: Mirroring(replicas: 0, syncMode: .automatic, promoteOnFailure: .always),
        groupSize: 0, required: workload.required)
    }
    return workload.queues(kinds, parameters: settings)
  }

  private static func clients(
    _ workload: any Workload.Type, seed: UInt64 = 1,
    change: (inout WorkloadSettings) -> Void = { _ in }
  ) -> [ClientPlan] {
    var settings = WorkloadSettings(defaultsOf: workload.parameters)
    change(&settings)
    return workload.init(seed: seed, parameters: settings)
      .clients(nodes: nodes, queues: queues(workload).map(\.description))
  }

  @Test func namesAreUniqueAndDefaultsAreAllowed() {
    let names = WorkloadCatalogue.all.map { $0.name }
    #expect(Set(names).count == names.count)
    for workload in WorkloadCatalogue.all {
      let parameters = workload.parameters
      #expect(Set(parameters.map(\.name)).count == parameters.count, "\(workload.name)")
      #expect(parameters.allSatisfy { $0.range.contains($0.defaultValue) }, "\(workload.name)")
      #expect(WorkloadCatalogue.named(workload.name)?.name == workload.name)
    }
  }

  @Test func idsAreDenseAndEveryQueueHasConsumers() {
    for workload in WorkloadCatalogue.all {
      let clients = Self.clients(workload)
      #expect(clients.map(\.description.id.rawValue) == Array(0..<UInt32(clients.count)))
      for queue in Self.queues(workload) {
        let own = clients.filter { $0.description.queue == queue.id }
        #expect(own.contains { $0.description.role == .consumer }, "\(workload.name) \(queue.name)")
      }
    }
  }

  @Test func whatAClientPublishesFollowsFromSeedClientAndNumber() {
    for workload in WorkloadCatalogue.all {
      let (one, again) = (Self.clients(workload), Self.clients(workload))
      for (client, twin) in zip(one, again) {
        #expect(Self.steps(client, count: 20) == Self.steps(twin, count: 20), "\(workload.name)")
      }
    }
    let (first, other) = (
      Self.clients(QueueWorkload.self), Self.clients(QueueWorkload.self, seed: 2)
    )
    #expect(Self.steps(first[0], count: 20) != Self.steps(other[0], count: 20))
  }

  /// What a publisher does while every operation is answered at once; empty for a consumer.
  private static func steps(_ client: ClientPlan, count: Int) -> [Step] {
    guard case .publish(var generator) = client.behaviour else { return [] }
    var now = Instant.zero
    return (0..<count).map { _ in
      let step = generator.next(
        in: Situation(now: now, loadBegan: .zero, outstanding: 0, isOpen: true))
      if case .wait(let until) = step { now = until }
      return step
    }
  }

  @Test func theQueueWorkloadPushesGetsOrBoth() {
    func supplies(_ pushed: Int64, _ getting: Int64) -> [Consumption.Supply] {
      let clients = Self.clients(QueueWorkload.self) {
        $0["consumers-per-node"] = pushed
        $0["getters-per-node"] = getting
      }
      return clients.compactMap {
        if case .consume(let consumption) = $0.behaviour { consumption.supply } else { nil }
      }
    }
    let get = Consumption.Supply.get(pause: .milliseconds(50))
    #expect(supplies(1, 0) == Array(repeating: .push(prefetch: 1), count: 9))
    #expect(supplies(0, 2) == Array(repeating: get, count: 18))
    #expect(Set(supplies(1, 1)) == [.push(prefetch: 1), get])
  }

  @Test func deadLettersHaveAQueueOfTheirOwnKind() {
    let queues = Self.queues(DeadLetterWorkload.self)
    #expect(queues.count == 6)
    for (source, target) in zip(queues.prefix(3), queues.suffix(3)) {
      #expect(source.options.deadLetters == target.id)
      #expect(source.kind == target.kind)
      #expect(source.options.messageTTL > .zero)
      #expect(target.required.isEmpty && target.options == QueueOptions())
    }
    let publishers = Self.clients(DeadLetterWorkload.self).filter {
      $0.description.role == .publisher
    }
    #expect(Set(publishers.map(\.description.queue.rawValue)) == [0, 1, 2])
  }

  @Test func aLockHasOneMessageThatEveryContenderGivesBack() {
    let clients = Self.clients(LockWorkload.self)
    let publishers = clients.filter { $0.description.role == .publisher }
    #expect(publishers.count == 3)
    for publisher in publishers {
      #expect(Self.steps(publisher, count: 3).filter { $0 != .exhausted }.count == 1)
    }
    for client in clients {
      guard case .consume(let consumption) = client.behaviour else { continue }
      #expect(consumption.answers.choice(of: client.description.id, number: 7) == .settle(.requeue))
    }
    #expect(LockWorkload.minimumConfirmed == 1)
  }

  @Test func oneActiveConsumerIsAnOptionOfTheQueue() {
    #expect(
      Self.queues(SingleActiveConsumerWorkload.self).allSatisfy { $0.options.singleActiveConsumer })
  }

  @Test func answersComeAsOftenAsAsked() {
    let mix = AnswerMix(seed: 3, requeued: 150, rejected: 100, discarded: 50, dropped: 5)
    var counts: [AnswerMix.Choice: Int] = [:]
    for number in 0..<20_000 as Range<UInt64> {
      counts[mix.choice(of: ClientID(4), number: number), default: 0] += 1
    }
    // Six standard deviations around the expected counts.
    #expect((2_700...3_300).contains(counts[.settle(.requeue)] ?? 0))
    #expect((1_745...2_255).contains(counts[.settle(.reject)] ?? 0))
    #expect((815...1_185).contains(counts[.settle(.discard)] ?? 0))
    #expect((40...160).contains(counts[.drop] ?? 0))
    #expect(AnswerMix().choice(of: ClientID(0), number: 0) == .settle(.ack))
  }
}
