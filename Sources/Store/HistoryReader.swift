package import Operations

/// Reads a history from a file of any format: binary and JSONL in bounded memory, Jepsen EDN, whose
/// operations may be in any order, all at once.
package struct HistoryReader {
  /// The path of the file.
  package let path: String
  /// What the numbers of the history stand for.
  package let header: HistoryHeader
  private let content: Content

  private enum Content {
    case blocks(HistoryDecoder<HistoryFileSource>)
    case lines(HistoryLines.Input)
    case imported(JepsenImport)
  }

  init(blocks decoder: HistoryDecoder<HistoryFileSource>, path: String) {
    self.path = path
    header = decoder.header
    content = .blocks(decoder)
  }

  init(lines input: HistoryLines.Input, header: HistoryHeader, path: String) {
    self.path = path
    self.header = header
    content = .lines(input)
  }

  init(_ imported: JepsenImport, path: String) {
    self.path = path
    header = imported.header
    content = .imported(imported)
  }

  /// What a Jepsen history was made to; nil for histories of Stoat's own formats.
  package var imported: JepsenImport? {
    if case .imported(let imported) = content { imported } else { nil }
  }

  /// Hands all events to `body`, in order, one by one; see `forEachBatch`.
  package func forEach(_ body: (TimedEvent) throws -> Void) throws -> HistoryEnding {
    try forEachBatch { batch in
      for place in batch.indices { try body(batch[place]) }
    }
  }

  /// Hands all events to `body`, in order, some (never none) at a time, and returns how the reading
  /// ended.
  ///
  /// Every call starts at the first event again; memory stays at one block, or one line and a
  /// chunk. A binary tail that a killed recorder left torn is no error, the ending tells of it.
  /// Throws `StoreError.history` at damage, after the events in front of it, and whatever `body`
  /// throws.
  package func forEachBatch(
    _ body: (Span<TimedEvent>) throws -> Void
  ) throws -> HistoryEnding {
    do {
      switch content {
      case .blocks(let decoder):
        return try ReadAhead.forEachBatch(
          { take in
            var decoder = decoder
            return try decoder.forEachBatch(take)
          }, body)
      case .lines(let input):
        return try ReadAhead.forEachBatch(
          { take in
            var input = input
            return try input.forEachBatch(take)
          }, body)
      case .imported(let imported):
        return try ReadAhead.forEachBatch(
          { take in
            let events = try imported.forEachBatch(take)
            return HistoryEnding(isComplete: true, lastWholeBlock: 0, events: events)
          }, body)
      }
    } catch let error as HistoryError {
      throw StoreError.history(path: path, error)
    }
  }

  /// The whole history in memory, and how the reading ended; for small histories.
  package func readAll() throws -> (history: History, ending: HistoryEnding) {
    var events: [TimedEvent] = []
    let ending = try forEach { events.append($0) }
    return (History(header: header, events: events), ending)
  }
}

/// A file as a source of history bytes.
struct HistoryFileSource: HistorySource {
  private let file: OpenFile

  init(_ file: OpenFile) {
    self.file = file
  }

  mutating func read(
    at offset: Int, count: Int, into buffer: inout [UInt8]
  ) throws(HistoryError) {
    do throws(StoreError) {
      try file.read(at: offset, count: count, into: &buffer)
    } catch {
      throw .unreadable(error.description)
    }
  }
}

extension HistoryLines {
  /// Feeds the chunks of a file to a reader of lines.
  struct Input: Sendable {
    private var source: HistoryFileSource
    private var reader = HistoryLineReader()
    private var offset = 0
    private var chunk: [UInt8] = []
    private static let chunkBytes = 1 << 17

    init(_ source: HistoryFileSource) {
      self.source = source
    }

    mutating func readHeader() throws(HistoryError) -> HistoryHeader {
      var start: [UInt8] = []
      var end: Int?
      while end == nil, start.count <= HistoryLines.maximumLineBytes {
        try source.read(at: start.count, count: Self.chunkBytes, into: &chunk)
        if chunk.isEmpty { break }
        end = chunk.firstIndex(of: UInt8(ascii: "\n")).map { $0 + start.count }
        start += chunk
      }
      guard end != nil || start.count <= HistoryLines.maximumLineBytes else {
        throw .line(1, problem: "longer than \(HistoryLines.maximumLineBytes) bytes")
      }
      let header = try HistoryLineReader.header(of: start[..<(end ?? start.count)])
      reader.validator = HistoryValidator(header)
      return header
    }

    mutating func forEachBatch(
      _ body: (inout EventBatch) throws -> Void
    ) throws -> HistoryEnding {
      while true {
        try source.read(at: offset, count: Self.chunkBytes, into: &chunk)
        if chunk.isEmpty { return try reader.finish(body) }
        offset += chunk.count
        try reader.receive(chunk[...], body)
      }
    }
  }
}
