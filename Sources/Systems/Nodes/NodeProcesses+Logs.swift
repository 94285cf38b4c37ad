package import Harness
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
    of node: NodeID, matching patterns: [LogPattern], limit: Int
  ) async -> [(pattern: String, line: String)]? {
    let start = state.withLock { $0.marks[node] ?? 0 }
    guard let program = try? program(of: node),
      let bytes = try? await program.host.read(
        program.log, from: start, limit: Self.mostBytes)
    else { return nil }
    let wanted = patterns.map { (name: $0.name, text: Array($0.text.utf8)) }
    var found: [(pattern: String, line: String)] = []
    let ends = [UInt8(ascii: "\n"), UInt8(ascii: "\r")]
    for line in bytes.split(whereSeparator: { $0 == ends[0] || $0 == ends[1] }) {
      guard let pattern = wanted.first(where: { Self.does(line, contain: $0.text) }),
        found.count(where: { $0.pattern == pattern.name }) < limit
      else { continue }
      let text = String(decoding: line, as: UTF8.self)
      found.append((pattern.name, String(text.prefix(Self.mostCharacters))))
    }
    return found
  }

  /// Logs are long and mostly uninteresting: bytes are compared, only hits become text.
  private static func does(_ line: ArraySlice<UInt8>, contain text: [UInt8]) -> Bool {
    guard let first = text.first, line.count >= text.count else { return text.isEmpty }
    return line.withUnsafeBufferPointer { line in
      for start in 0...(line.count - text.count) where line[start] == first {
        if text.indices.allSatisfy({ line[start + $0] == text[$0] }) { return true }
      }
      return false
    }
  }
}
