package import Operations

/// Reads a history from a file, of either format, in bounded memory.
package struct HistoryReader {
  /// The path of the file.
  package let path: String
  /// What the numbers of the history stand for.
  package let header: HistoryHeader
  private let content: Content

  private enum Content {
    case blocks(HistoryDecoder<HistoryFileSource>)
    case lines(HistoryLines.Input)
  }

  fileprivate init(blocks decoder: HistoryDecoder<HistoryFileSource>, path: String) {
    self.path = path
    header = decoder.header
    content = .blocks(decoder)
  }

  fileprivate init(lines input: HistoryLines.Input, header: HistoryHeader, path: String) {
    self.path = path
    self.header = header
    content = .lines(input)
  }

  /// Hands all events to `body`, in order, and returns how the reading ended.
  ///
  /// Every call starts at the first event again; memory stays at one block, or one line and a
  /// chunk. A tail that a killed recorder left torn is no error, the ending tells of it. Throws
  /// `StoreError.history` at damage, after the events in front of it, and whatever `body` throws.
  package func forEach(_ body: (TimedEvent) throws -> Void) throws -> HistoryEnding {
    do {
      switch content {
      case .blocks(var decoder): return try decoder.forEach(body)
      case .lines(var input): return try input.forEach(body)
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

/// History files of either format.
package enum HistoryFile {
  /// Opens the history at `path`, whichever format it is in, and reads its header.
  ///
  /// Throws `StoreError.history` for a file that is no history, or one without a header.
  package static func open(_ path: String) throws(StoreError) -> HistoryReader {
    let file = try OpenFile.reading(path)
    var start: [UInt8] = []
    try file.read(at: 0, count: HistoryFormat.magic.count, into: &start)
    do throws(HistoryError) {
      if start.first == UInt8(ascii: "{") {
        var input = HistoryLines.Input(HistoryFileSource(file))
        let header = try input.readHeader()
        return HistoryReader(lines: input, header: header, path: path)
      }
      return HistoryReader(blocks: try HistoryDecoder(HistoryFileSource(file)), path: path)
    } catch {
      throw .history(path: path, error)
    }
  }

  /// Writes a JSONL copy of a history to `path`, which must not exist.
  package static func export(
    _ reader: HistoryReader, toLines path: String
  ) throws -> HistoryEnding {
    let file = try OpenFile.creating(path)
    try file.write(HistoryLines.line(of: reader.header))
    var lines = HistoryLineBuffer()
    let ending = try reader.forEach { event in
      if lines.isFull {
        try file.write(lines.bytes)
        lines.clear()
      }
      lines.append(event)
    }
    try file.write(lines.bytes)
    return ending
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
  struct Input {
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
      return try HistoryLineReader.header(of: start[..<(end ?? start.count)])
    }

    mutating func forEach(_ body: (TimedEvent) throws -> Void) throws -> HistoryEnding {
      while true {
        try source.read(at: offset, count: Self.chunkBytes, into: &chunk)
        if chunk.isEmpty { return try reader.finish(body) }
        offset += chunk.count
        try reader.receive(chunk[...], body)
      }
    }
  }
}
