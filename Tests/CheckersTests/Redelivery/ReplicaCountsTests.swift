import Environment
import Harness
import Operations
import Testing

@testable import Checkers
import Mutations
@testable import Running

/// What a failed proof of emptiness says is what the checker of replicas reads.
@Suite struct ReplicaCountsTests {
  private static let nodes = [NodeID(1), NodeID(2), NodeID(3)]
  private static let header = HistoryHeader(
    name: "counts", seed: 1, system: "none", originUnixNanoseconds: 0, nodes: nodes,
    queues: [QueueDescription(id: QueueID(0), name: "q", kind: .mirrored)], clients: [])

  /// What every node says of replicas that hold so many messages; nil is a count that is missing.
  private func state(_ depths: [Int?], offline: Int? = nil) -> QueueState {
    QueueState(
      name: "q", leader: NodeID(1),
      replicas: zip(Self.nodes, depths).enumerated().map { place, replica in
        ReplicaState(
          node: replica.0, online: place != offline, synchronised: true, depth: replica.1)
      }, ready: depths.compactMap { $0 }.max() ?? 0, unacknowledged: 0)
  }

  private func text(_ views: [[QueueState]?]) -> String {
    Emptiness(queues: Self.header.queues, nodes: Self.nodes, views: views).stuck[0]
  }

  private func judge(_ detail: String) throws -> Judgement? {
    var checker = ReplicaAgreement(
      header: Self.header, criteria: Criteria(minimumConfirmed: 0, unavailabilityBound: .seconds(5))
    )
    let events: [Event] = [
      .broker(BrokerEvent(kind: .undrained, queue: QueueID(0), detail: detail)), .phase(.done),
    ]
    for event in events { try checker.observe(TimedEvent(at: .zero + .seconds(6), event)) }
    return try checker.conclude().findings.first?.judgement
  }

  @Test func differentDepthsAreReadBack() throws {
    let text = text(Self.nodes.map { _ in [state([3, 1, 0])] })
    let counts = ReplicaCounts(text)
    #expect(counts.isWhole && counts.areSteady)
    let (first, other) = try #require(counts.difference)
    #expect(first == ReplicaCounts.Replica(node: "n1", counts: 3...3))
    #expect(other == ReplicaCounts.Replica(node: "n2", counts: 1...1))
    #expect(counts.replicas.count == 2)
    #expect(try judge(text) == .violated)
    #expect(try judge(BrokerEvent.uncounted + text)?.name == "unknown")
  }

  @Test func equalDepthsDoNotDiffer() throws {
    let text = text(Self.nodes.map { _ in [state([2, 2, 2])] })
    let counts = ReplicaCounts(text)
    #expect(counts.isWhole && counts.areSteady && counts.difference == nil)
    #expect(counts.replicas.map(\.node) == ["n1", "n2", "n3"])
    #expect(try judge(text)?.name == "unknown")
  }

  @Test func whatIsMissingOrMovesIsReadBack() {
    let whole = [state([3, 1, 1])]
    #expect(!ReplicaCounts(text([whole, whole, nil])).isWhole)
    #expect(!ReplicaCounts(text([whole, whole, []])).isWhole)
    #expect(!ReplicaCounts(text([whole, whole, [state([3, nil, 1])]])).isWhole)
    #expect(!ReplicaCounts(text([whole, whole, [state([3, 1, 1], offline: 1)]])).isWhole)
    let moving = ReplicaCounts(text([whole, whole, [state([2, 1, 1])]]))
    #expect(moving.isWhole && !moving.areSteady)
  }

  /// The mutators write what the runner would.
  @Test(arguments: ["split-replicas", "keep-lacking"])
  func mutatorsWriteWhatTheRunnerWrites(name: String) throws {
    let history = History(
      header: Self.header,
      events: [.phase(.load), .phase(.drain), .phase(.done)].map { TimedEvent(at: .zero, $0) })
    let mutator = try #require(HistoryMutator.all.first { $0.name == name })
    for seed in 0..<50 as Range<UInt64> {
      var draws = SeededGenerator(seed: seed)
      let mutation = try #require(mutator.apply(to: history, using: &draws))
      let details = mutation.history.events.compactMap { event -> String? in
        guard case .broker(let event) = event.event, event.kind == .undrained else { return nil }
        return event.detail
      }
      let replicas = ReplicaCounts(try #require(details.first)).replicas
      let depths = Self.nodes.map { node in
        replicas.first { $0.node == "\(node)" }?.counts.lowerBound ?? 0
      }
      #expect(details == [text(Self.nodes.map { _ in [state(depths)] })])
    }
  }
}
