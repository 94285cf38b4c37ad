package import Environment
import Harness
package import Operations

/// What a scripted cluster does otherwise than a good one; the default is a good one.
package struct Script: Sendable {
  /// How long a node takes from its start until it serves clients.
  package var boot = Duration.seconds(3)
  /// How many boots of a node hang for ever, beginning with the first start after the run began.
  package var hangingBoots: [NodeID: Int] = [:]
  /// Nodes that report a partition for ever.
  package var partitionStays = false
  /// The first node reports a partition from this instant on for so long.
  package var illness: (from: Instant, for: Duration)?
  /// Nodes that never answer questions.
  package var mute: Set<NodeID> = []
  /// From when on they do not.
  package var muteFrom = Instant.zero
  /// Who leads a queue instead of the first node.
  package var ledBy: [String: NodeID] = [:]
  /// Nodes whose mirrors lack something.
  package var unsynchronised: Set<NodeID> = []
  /// Queues that nobody knows.
  package var unknown: Set<String> = []
  /// Whether every message comes back for ever, once it was acknowledged.
  package var echoes = false
  /// Nodes that have no counts.
  package var countless: Set<NodeID> = []
  /// Queues that deliver nothing.
  package var stuck: Set<String> = []
  /// Faults and questions that fail, by the name of the method.
  package var refused: Set<String> = []
  /// A method that fails after it has been called so many times.
  package var refusedAfter: (method: String, calls: Int)?
  /// From when on the last mirror lacks something, until it is synchronised.
  package var lackingFrom: Instant?
  /// Faults that do nothing, by the name of the method.
  package var pretended: Set<String> = []
  /// Clients of these nodes can never connect.
  package var unreachable: Set<NodeID> = []
  /// Queues count as full from this instant on for so long, whatever is in them.
  package var refilled: (from: Instant, for: Duration)?
  /// Lines that each node logs.
  package var logged: [NodeID: [LogLine]] = [:]
  /// A planted wrong: sessions of a dead node are closed in the order of a Set, which differs from
  /// process to process.
  package var isNondeterministic = false

  /// A good cluster.
  package init() {}

  func holdsBack(_ queue: String) -> Bool { stuck.contains(queue) }
}
