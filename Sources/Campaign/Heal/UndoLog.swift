package import CanonicalJSON
package import Environment
import Harness
package import Hosts
package import Store

/// The undo journal of a run as `undo.jsonl`: one JSON object a line, fsynced before `add` returns.
package final class UndoLog: UndoJournal {
  private let file: JournalFile

  /// A log that appends to `file`.
  package init(_ file: JournalFile) {
    self.file = file
  }

  /// Appends an undo and waits until it is on disk.
  package func add(_ undo: Undo) throws(SystemFailure) {
    do {
      try file.append(undo.json.text())
    } catch {
      throw SystemFailure(
        .failed, "could not write the undo journal, so nothing was changed: \(error)")
    }
  }
}

extension Undo {
  /// The version of the lines that are written; a line without one is of the first.
  package static let formatVersion = 1

  /// The undo as a line of `undo.jsonl`.
  var json: JSONValue {
    switch self {
    case .endMarked(let token, let host):
      Self.json("end-marked", host, [JSONMember("token", .string(token))])
    case .continueProcess(let process, let what): Self.json("continue-process", process, what)
    case .endProcess(let process, let what): Self.json("end-process", process, what)
    case .healRelay(let socket, let host):
      Self.json("heal-relay", host, [JSONMember("socket", .string(socket))])
    case .endRelay(let socket, let host):
      Self.json("end-relay", host, [JSONMember("socket", .string(socket))])
    }
  }

  /// Reads a line of `undo.jsonl`; one of a later version is refused, for it may mean more.
  package init(parsing line: String, path: String) throws(JSONError) {
    let reader = try JSONReader(JSONValue(parsing: line), path: path)
    try Self.checkVersion(reader)
    let host = try reader.optional("host")?.string() ?? LocalHost.localName
    switch try reader.string("undo") {
    case "end-marked": self = try .endMarked(token: reader.string("token"), host: host)
    case "continue-process":
      self = try .continueProcess(Self.process(reader, host), what: reader.string("what"))
    case "end-process":
      self = try .endProcess(Self.process(reader, host), what: reader.string("what"))
    case "heal-relay": self = try .healRelay(socket: reader.string("socket"), host: host)
    case "end-relay": self = try .endRelay(socket: reader.string("socket"), host: host)
    default:
      throw try reader.member("undo")
        .mismatch(
          expected: "end-marked, continue-process, end-process, heal-relay or end-relay")
    }
  }

  private static func checkVersion(_ reader: JSONReader) throws(JSONError) {
    guard let version = try reader.optional("version") else { return }
    guard try version.integer(in: 1...Int.max) <= formatVersion else {
      throw version.mismatch(
        expected: "at most \(formatVersion), the last that this program knows: use the one that "
          + "wrote the line")
    }
  }

  private static func json(_ undo: String, _ host: String, _ rest: [JSONMember]) -> JSONValue {
    .object(
      [
        JSONMember("version", .integer(Int64(formatVersion))),
        JSONMember("undo", .string(undo)), JSONMember("host", .string(host)),
      ] + rest)
  }

  private static func json(
    _ undo: String, _ process: ProcessIdentity, _ what: String
  ) -> JSONValue {
    json(
      undo, process.host,
      [
        JSONMember("what", .string(what)), JSONMember("pid", .integer(Int64(process.pid))),
        JSONMember("start_ticks", .integer(Int64(clamping: process.startTicks))),
        JSONMember("boot_id", .string(process.bootID)),
      ])
  }

  private static func process(
    _ reader: JSONReader, _ host: String
  ) throws(JSONError) -> ProcessIdentity {
    try ProcessIdentity(
      pid: reader.integer("pid", in: 1...Int32.max),
      startTicks: UInt64(reader.integer("start_ticks", in: 0...Int64.max)),
      bootID: reader.string("boot_id"), host: host)
  }
}
