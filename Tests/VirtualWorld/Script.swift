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
  /// Nodes that never answer questions.
  package var mute: Set<NodeID> = []
  /// Nodes that have no counts.
  package var countless: Set<NodeID> = []
  /// Queues that deliver nothing.
  package var stuck: Set<String> = []
  /// Faults and questions that fail, by the name of the method.
  package var refused: Set<String> = []
  /// Faults that do nothing, by the name of the method.
  package var pretended: Set<String> = []
  /// Clients of these nodes can never connect.
  package var unreachable: Set<NodeID> = []
  /// Queues count as full from this instant on for so long, whatever is in them.
  package var refilled: (from: Instant, for: Duration)?
  /// Lines that each node logs.
  package var logged: [NodeID: [(pattern: String, line: String)]] = [:]
  /// A planted wrong: sessions are opened in the order of a Set, which differs from process to
  /// process.
  package var isNondeterministic = false

  /// A good cluster.
  package init() {}

  func holdsBack(_ queue: String) -> Bool { stuck.contains(queue) }
}
