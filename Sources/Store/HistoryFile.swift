package import Operations

/// History files of all formats.
package enum HistoryFile {
  /// How much of a file is looked at to tell its format.
  private static let lookedAtBytes = 4096

  /// Opens the history at `path`, whichever format it is in, and reads its header; a Jepsen history
  /// is read to its end.
  ///
  /// Throws `StoreError.history` for a file that is no history, or one without a header.
  package static func open(_ path: String) throws(StoreError) -> HistoryReader {
    let file = try OpenFile.reading(path)
    var start: [UInt8] = []
    try file.read(at: 0, count: lookedAtBytes, into: &start)
    do throws(HistoryError) {
      switch HistoryFileFormat(start: start) {
      case .binary:
        var decoder = try HistoryDecoder(HistoryFileSource(file))
        if let problem = HistoryValidator.problem(with: decoder.header) {
          throw .damaged(block: 0, offset: HistoryFormat.magic.count, problem: problem)
        }
        decoder.validator = HistoryValidator(decoder.header)
        return HistoryReader(blocks: decoder, path: path)
      case .lines:
        var input = HistoryLines.Input(HistoryFileSource(file))
        let header = try input.readHeader()
        if let problem = HistoryValidator.problem(with: header) {
          throw .line(1, problem: problem)
        }
        return HistoryReader(lines: input, header: header, path: path)
      case .jepsen:
        return HistoryReader(try JepsenFile.read(file), path: path)
      }
    } catch {
      throw .history(path: path, error)
    }
  }

  /// Writes a JSONL copy of a history to `path`, which must not exist.
  package static func export(
    _ reader: HistoryReader, toLines path: String
  ) throws -> HistoryEnding {
    let file = try OpenFile.creating(path)
    try file.write(HistoryLines.line(of: reader.header, promisesEnd: true))
    var lines = HistoryLineBuffer()
    let ending = try reader.forEach { event in
      if lines.isFull {
        try file.write(lines.bytes)
        lines.clear()
      }
      lines.append(event)
    }
    try file.write(lines.bytes)
    if ending.isComplete { try file.write(HistoryLines.end(events: ending.events)) }
    return ending
  }

  /// Writes what a history says of one queue to `path`, which must not exist, as Jepsen EDN.
  package static func export(
    _ reader: HistoryReader, of queue: QueueID, toJepsen path: String
  ) throws -> HistoryEnding {
    var export = JepsenExport(queue: queue, of: reader.header)
    let ending = try reader.forEach { export.observe($0) }
    let history: JepsenHistory
    do throws(JepsenError) {
      history = try export.finish()
    } catch {
      throw StoreError.history(
        path: reader.path, .unreadable("queue \(queue) is no Jepsen history: \(error.text)"))
    }
    try OpenFile.creating(path).write(history.bytes)
    return ending
  }
}

/// What the first bytes of a history file show.
enum HistoryFileFormat {
  case binary, lines, jepsen

  /// The format of a file that begins so; what looks like no text is binary.
  init(start: [UInt8]) {
    let space: [UInt8] = [0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ",")]
    let text = start.drop { space.contains($0) }
    switch text.first {
    case UInt8(ascii: "["), UInt8(ascii: "("), UInt8(ascii: ";"), UInt8(ascii: "#"):
      self = .jepsen
    case UInt8(ascii: "{"):
      let next = text.dropFirst().drop { space.contains($0) }.first
      let isEDN = [UInt8(ascii: ":"), UInt8(ascii: "#"), UInt8(ascii: ";")].contains { $0 == next }
      self = isEDN ? .jepsen : .lines
    default: self = .binary
    }
  }
}
