import Hosts
import Harness
package import Operations
import Synchronization

extension RabbitMQSystem: LogFiles {
  /// The bytes of a log that are read.
  private static let mostBytes = 32 << 20
  /// The characters of a line that are kept.
  private static let mostCharacters = 300

  /// Reads what the node has logged since the queues were prepared last.
  package func logLines(of node: NodeID, limit: Int) async -> [LogLine]? {
    let path = layout.logFile(of: node)
    let start = state.withLock { $0.logged[node] ?? 0 }
    let host = host
    return await onOwnThread {
      guard let text = host.readText(path, from: start, limit: Self.mostBytes) else { return nil }
      return LogPattern.matches(in: text, limit: limit, characters: Self.mostCharacters)
    }
  }

  /// Notes how long the logs are now: what follows belongs to the next run.
  func markLogs() {
    let sizes = nodes.map { ($0, host.size(of: layout.logFile(of: $0)) ?? 0) }
    state.withLock { state in
      for (node, size) in sizes { state.logged[node] = size }
    }
  }
}
