import Environment
import Harness
import Operations
import Testing

@testable import Checkers
import Mutations
@testable import Running

/// What a failed proof of emptiness holds is what the checker of replicas judges by.
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

  private func evidence(
    _ views: [[QueueState]?], isWell: Bool = true
  ) -> EmptinessEvidence {
    Emptiness(queues: Self.header.queues, nodes: Self.nodes, views: views)
      .evidence(for: QueueID(0), isWell: isWell, before: nil)
  }

  private func judge(_ evidence: EmptinessEvidence?, _ detail: String = "") throws -> Judgement? {
    var checker = ReplicaAgreement(
      header: Self.header, criteria: Criteria(minimumConfirmed: 0, unavailabilityBound: .seconds(5))
    )
    let events: [Event] = [
      .broker(
        BrokerEvent(
          kind: .undrained, queue: QueueID(0), detail: detail,
          evidence: evidence.map { .emptiness($0) })), .phase(.done),
    ]
    for event in events { try checker.observe(TimedEvent(at: .zero + .seconds(6), event)) }
    return try checker.conclude().findings.first?.judgement
  }

  @Test func differentDepthsAreJudged() throws {
    let evidence = evidence(Self.nodes.map { _ in [state([3, 1, 0])] })
    let counts = ReplicaCounts(evidence)
    #expect(counts.isWhole && counts.areSteady)
    let (first, other) = try #require(counts.difference)
    #expect(first == ReplicaCounts.Replica(node: NodeID(1), counts: 3...3))
    #expect(other == ReplicaCounts.Replica(node: NodeID(2), counts: 1...1))
    #expect(counts.replicas.count == 2)
    #expect(try judge(evidence) == .violated)
    let unwell = self.evidence(Self.nodes.map { _ in [state([3, 1, 0])] }, isWell: false)
    #expect(try judge(unwell)?.name == "unknown")
  }

  /// The words say the same, and decide nothing.
  @Test func wordsAloneProveNothing() throws {
    let detail =
      "n1 counts 3 messages on the replica of n1; n1 counts 1 messages on the replica "
      + "of n2"
    #expect(try judge(nil, detail)?.name == "unknown")
    let equal = evidence(Self.nodes.map { _ in [state([2, 2, 2])] })
    #expect(try judge(equal, detail)?.name == "unknown")
  }

  @Test func equalDepthsDoNotDiffer() throws {
    let evidence = evidence(Self.nodes.map { _ in [state([2, 2, 2])] })
    let counts = ReplicaCounts(evidence)
    #expect(counts.isWhole && counts.areSteady && counts.difference == nil)
    #expect(counts.replicas.map(\.node) == Self.nodes)
    #expect(try judge(evidence)?.name == "unknown")
  }

  @Test func whatIsMissingOrMovesIsSeen() {
    let whole = [state([3, 1, 1])]
    #expect(!ReplicaCounts(evidence([whole, whole, nil])).isWhole)
    #expect(!ReplicaCounts(evidence([whole, whole, []])).isWhole)
    #expect(!ReplicaCounts(evidence([whole, whole, [state([3, nil, 1])]])).isWhole)
    #expect(!ReplicaCounts(evidence([whole, whole, [state([3, 1, 1], offline: 1)]])).isWhole)
    #expect(!ReplicaCounts(evidence([whole, whole, whole], isWell: false)).isWhole)
    #expect(!ReplicaCounts(evidence(Self.nodes.map { _ in [state([0, 0, 0])] })).isWhole)
    #expect(!ReplicaCounts(nil).isWhole)
    let moving = ReplicaCounts(evidence([whole, whole, [state([2, 1, 1])]]))
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
      let proofs = mutation.history.events.compactMap { event -> BrokerEvent? in
        guard case .broker(let event) = event.event, event.kind == .undrained else { return nil }
        return event
      }
      let counted = try #require(proofs.first?.emptiness).replicas
      let depths = Self.nodes.map { node in counted.first { $0.replica == node }?.depth }
      let looked = Emptiness(
        queues: Self.header.queues, nodes: Self.nodes,
        views: Self.nodes.map { _ in [state(depths)] })
      #expect(proofs == [looked.event(for: QueueID(0), ClusterHealth(), before: nil)])
    }
  }
}
