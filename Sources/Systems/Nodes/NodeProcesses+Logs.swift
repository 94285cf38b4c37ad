import Harness
import Hosts
package import Operations
import Synchronization

extension NodeProcesses {
  /// The bytes of a log that are read.
  private static let mostBytes = 32 << 20
  /// The characters of a line that are kept.
  private static let mostCharacters = 300

  /// Notes how long the logs are now: what follows belongs to the next run.
  package func markLogs() async {
    for node in nodes {
      guard let program = try? program(of: node) else { continue }
      // A log that is not there yet begins at 0, and so does one whose host does not answer.
      let size = (try? await program.host.size(of: program.log)) ?? 0
      state.withLock { $0.marks[node] = size }
    }
  }

  /// The lines that the node has logged since its log was marked and that match one of the
  /// patterns, at most `limit` of each; nil if there is no log.
  package func logLines(
    of node: NodeID, matching patterns: [LogPattern], limit: Int,
    time: (Substring) -> Int64? = { _ in nil }
  ) async -> [LogLine]? {
    let start = state.withLock { $0.marks[node] ?? 0 }
    guard let program = try? program(of: node),
      let bytes = try? await program.host.read(
        program.log, from: start, limit: Self.mostBytes)
    else { return nil }
    return LogPattern.matches(
      of: patterns, in: bytes, limit: limit, characters: Self.mostCharacters, time: time)
  }
}
