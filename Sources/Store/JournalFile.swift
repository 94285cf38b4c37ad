import Glibc

/// A file of lines of which each is on the disk before `append` returns.
///
/// It holds what must survive the controller: faults and how to undo them. A crash can leave its
/// last line torn; `read` drops such a line, and so does opening the journal again.
package final class JournalFile: Sendable {
  /// The longest line, in bytes.
  package static let maximumLineBytes = 1 << 20
  private let file: OpenFile

  /// Opens the journal at `path`, creates it if there is none, and cuts off a torn last line.
  package init(_ path: String) throws(StoreError) {
    let isNew = access(path, F_OK) != 0
    file = try OpenFile.appending(path)
    // The lock ends with the process; who reads the journal sees by it that the run goes on.
    _ = file.lock(alone: true)
    if isNew { try SmallFile.synchronizeDirectory(of: path) }
    try dropTornLine()
  }

  /// Whether somebody has the journal at `path` open for writing.
  package static func isHeld(_ path: String) -> Bool {
    guard let file = try? OpenFile.reading(path) else { return false }
    return !file.lock(alone: false)
  }

  /// The path of the journal.
  package var path: String { file.path }

  /// Appends one line, in one write, and waits until the disk has it; newlines in it are an error.
  ///
  /// Callers of several threads may append at once: the lines do not mix.
  package func append(_ line: String) throws(StoreError) {
    guard !line.utf8.contains(UInt8(ascii: "\n")), line.utf8.count <= Self.maximumLineBytes else {
      throw .system(
        action: "append a line of several lines or too long to", path: path, code: EINVAL)
    }
    try file.write(Array(line.utf8) + [UInt8(ascii: "\n")])
    try file.synchronize()
  }

  /// The whole lines of the journal at `path`, and whether a torn one followed them.
  ///
  /// Throws if a line is not UTF-8; an absent file has no lines.
  package static func read(_ path: String) throws(StoreError) -> (lines: [String], torn: Bool) {
    if access(path, F_OK) != 0, errno == ENOENT { return ([], false) }
    let bytes = try SmallFile.read(path)
    let whole = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    var lines: [String] = []
    for line in bytes[..<whole].split(separator: UInt8(ascii: "\n")) {
      guard let text = String(validating: line, as: UTF8.self) else {
        throw .journal(path: path, line: lines.count + 1, problem: "not valid UTF-8")
      }
      lines.append(text)
    }
    return (lines, whole < bytes.count)
  }

  private func dropTornLine() throws(StoreError) {
    let length = try file.length
    var end = length
    var chunk: [UInt8] = []
    while end > 0 {
      let start = max(0, end - 65_536)
      try file.read(at: start, count: end - start, into: &chunk)
      if let newline = chunk.lastIndex(of: UInt8(ascii: "\n")) {
        end = start + newline + 1
        break
      }
      end = start
    }
    if end < length { try file.truncate(to: end) }
  }
}
