import Checkers
import Environment
import Harness
import Operations

@testable import Report

/// A run under the losing schedule as a model makes it, of any size, with all that its history
/// needs for the checkers: 46 s of load, for each queue a publisher and a consumer on three nodes.
///
/// n1 leads all queues. It is isolated from 10.8 s to 24.8 s, killed at 28 s and back at 45 s. The
/// mirrored queue's master on n1 confirms alone from 16.5 s on; most of that is thrown away.
struct SyntheticRun {
  static let load = 0.8...46.8
  static let cut = 10.8...24.8
  static let kill = 28.0...45.0

  /// A publish as it was drawn, in seconds of the run.
  struct Plan {
    var message: MessageID
    var at: Double
    var end: Double
    var outcome: Outcome
    /// When it is received, and by which consumers; the second one gets it again, unmarked.
    var receipts: [(at: Double, client: ClientID)] = []
  }

  let header: HistoryHeader
  private(set) var plans: [Plan] = []
  private var draws: SeededGenerator
  /// When each client's last publish was confirmed and received: a channel keeps its order.
  private var confirmedAt: [ClientID: Double] = [:]
  private var receivedAt: [ClientID: Double] = [:]

  /// A run with so many publishes.
  init(publishes: Int, seed: UInt64 = 1) {
    draws = SeededGenerator(seed: seed, stream: 0x5359)
    header = Self.header(seed: seed)
    let publishers = header.clients.filter { $0.role == .publisher }
    let perClient = max(1, publishes / publishers.count)
    let interval = (Self.load.upperBound - Self.load.lowerBound) / Double(perClient)
    for sequence in 0..<perClient {
      for client in publishers {
        let at = Self.load.lowerBound + interval * (Double(sequence) + 0.9 * fraction())
        let message = MessageID(client: client.id, sequence: UInt32(sequence))
        plans.append(plan(message, of: client, at: at))
      }
    }
  }

  private static func header(seed: UInt64) -> HistoryHeader {
    let nodes = [NodeID(1), NodeID(2), NodeID(3)]
    let queues = QueueKind.allCases.enumerated().map { place, kind in
      QueueDescription(id: QueueID(UInt32(place)), name: "stoat.losing.\(kind)", kind: kind)
    }
    var clients: [ClientDescription] = []
    for queue in queues {
      for node in nodes {
        for role in [ClientRole.publisher, .consumer] {
          clients.append(
            ClientDescription(
              id: ClientID(UInt32(clients.count)), role: role, node: node, queue: queue.id))
        }
      }
    }
    return HistoryHeader(
      name: "losing", seed: seed, system: "rabbitmq 3.10.8",
      originUnixNanoseconds: 1_738_314_300_000_000_000, nodes: nodes, queues: queues,
      clients: clients)
  }

  private mutating func fraction() -> Double {
    Double(draws.draw(below: 1 << 20)) / Double(1 << 20)
  }

  /// A latency in seconds without faults: 1 to 6 ms, one in a hundred up to 60 ms.
  private mutating func calm() -> Double {
    let base = 0.001 + 0.005 * fraction() * fraction()
    return draws.index(of: 100) == 0 ? base + 0.06 * fraction() : base
  }

  private mutating func plan(
    _ message: MessageID, of client: ClientDescription, at: Double
  ) -> Plan {
    let isFirst = client.node == NodeID(1)
    if isFirst, Self.kill.contains(at) {
      return Plan(message: message, at: at, end: at + 0.000_1, outcome: .fail(.notWritten))
    }
    let kind = header.queues[Int(client.queue.rawValue)].kind
    let free = unblocked(kind, isFirst: isFirst, at: at)
    let soon = max(at, free) + calm() + (free > at ? 0.3 * fraction() : 0)
    let end = max(soon, confirmedAt[client.id, default: 0] + 0.000_001)
    if isFirst, end >= Self.kill.lowerBound, at < Self.kill.lowerBound {
      return Plan(
        message: message, at: at, end: Self.kill.lowerBound, outcome: .info(.connectionLost))
    }
    if end - at > 13.9 {
      let late = max(end, at + 14)
      let isKept = draws.index(of: 3) > 0
      return Plan(
        message: message, at: at, end: at + 13.9, outcome: .info(.timeout),
        receipts: isKept ? [(inOrder(late, client), consumer(client.queue, at: late))] : [])
    }
    confirmedAt[client.id] = end
    return Plan(
      message: message, at: at, end: end, outcome: .ok(.confirmed),
      receipts: receipts(client, kind, isFirst: isFirst, confirmed: end))
  }

  /// When the queue can confirm a publish of that moment.
  private func unblocked(_ kind: QueueKind, isFirst: Bool, at: Double) -> Double {
    switch kind {
    case .plain:
      if !isFirst, Self.cut.contains(at) { return 24.9 }
      return Self.kill.contains(at) ? 45.1 : at
    case .mirrored:
      if (10.8..<16.5).contains(at) { return isFirst ? 16.5 : 16.9 }
      return (28.0..<33.2).contains(at) ? 33.2 : at
    case .quorum:
      if isFirst { return Self.cut.contains(at) ? 25.1 : at }
      return (10.8..<13.2).contains(at) ? 13.2 : at
    }
  }

  private mutating func receipts(
    _ client: ClientDescription, _ kind: QueueKind, isFirst: Bool, confirmed: Double
  ) -> [(at: Double, client: ClientID)] {
    let at = inOrder(confirmed + 0.002 + 0.003 * fraction(), client)
    let isAlone = kind == .mirrored && isFirst && (16.5..<24.8).contains(confirmed)
    if isAlone, draws.index(of: 3) > 0 { return [] }
    let first = (at, isAlone ? consumer(client.queue, node: 1) : consumer(client.queue, at: at))
    let isRepeated =
      kind == .mirrored && (10.6..<10.8).contains(confirmed) && draws.index(of: 2) == 0
    return isRepeated ? [first, (17 + fraction(), consumer(client.queue, node: 2))] : [first]
  }

  private mutating func inOrder(_ at: Double, _ client: ClientDescription) -> Double {
    let received = max(at, receivedAt[client.id, default: 0] + 0.000_001)
    receivedAt[client.id] = received
    return received
  }

  private mutating func consumer(_ queue: QueueID, at: Double) -> ClientID {
    let isWhole = !Self.cut.contains(at) && !(27.9..<45.3).contains(at)
    return consumer(queue, node: isWhole ? UInt32(1 + draws.index(of: 3)) : 2)
  }

  private func consumer(_ queue: QueueID, node: UInt32) -> ClientID {
    ClientID(queue.rawValue * 6 + (node - 1) * 2 + 1)
  }
}
