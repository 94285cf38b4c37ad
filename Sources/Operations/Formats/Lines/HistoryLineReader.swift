import CanonicalJSON
import Environment

/// Reads a JSONL history chunk by chunk, in memory of one line and one chunk.
package struct HistoryLineReader: Sendable {
  /// What the numbers of the history stand for, once the first line was read.
  package private(set) var header: HistoryHeader?
  /// How many lines were read.
  package private(set) var lines = 0
  /// How many events were read.
  package private(set) var events = 0
  /// Looks at every event before it is handed over; nil for events that need not fit together.
  package var validator: HistoryValidator?
  private var partial: [UInt8] = []
  private var lastAt = Instant(nanoseconds: .min)
  private var batch = EventBatch()
  /// Whether the header promises a last line, and whether that came.
  private var promisesEnd = false
  private var hasEnded = false

  /// A reader at the start of a file.
  package init() {}

  /// Reads the lines that `chunk` completes and hands their events to `body`.
  ///
  /// Throws `HistoryError` at the first line that is wrong, after the events before it, and
  /// whatever `body` throws.
  package mutating func receive(
    _ chunk: ArraySlice<UInt8>, _ body: (inout EventBatch) throws -> Void
  ) throws {
    do {
      try receiveLines(chunk, body)
    } catch {
      try batch.hand(to: body)
      throw error
    }
    try batch.hand(to: body)
  }

  private mutating func receiveLines(
    _ chunk: ArraySlice<UInt8>, _ body: (inout EventBatch) throws -> Void
  ) throws {
    var rest = chunk
    while true {
      rest = try readCanonical(rest, body)
      guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { break }
      try read(rest[rest.startIndex..<end])
      if batch.isFull { try batch.hand(to: body) }
      rest = rest[(end + 1)...]
    }
    guard partial.count + rest.count <= HistoryLines.maximumLineBytes else { throw tooLong }
    partial += rest
  }

  /// Reads a last line without a newline, which may be cut; throws if there was no header.
  package mutating func finish(
    _ body: (inout EventBatch) throws -> Void
  ) throws -> HistoryEnding {
    if header != nil, !hasEnded, !partial.isEmpty, let problem = Self.cut(partial) {
      partial = []
      return HistoryEnding(
        isComplete: false, lastWholeBlock: lines, events: events,
        problem: "the last line, \(lines + 1), is not whole: \(problem)")
    }
    if !partial.isEmpty { try read([]) }
    try batch.hand(to: body)
    guard header != nil else { throw HistoryError.noHeader }
    let isComplete = hasEnded || !promisesEnd
    return HistoryEnding(
      isComplete: isComplete, lastWholeBlock: lines, events: events,
      problem: isComplete ? nil : "the last line, {\"end\":…}, is missing")
  }

  /// Why a line is no JSON; nil if it is.
  private static func cut(_ line: [UInt8]) -> String? {
    if line.allSatisfy(isSpace) { return nil }
    do throws(JSONError) { _ = try JSONValue(parsing: line[...]) } catch { return problem(error) }
    return nil
  }

  private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0D].contains(byte) }

  /// Reads whole lines as long as they look as `HistoryLines` writes them; returns what is left.
  private mutating func readCanonical(
    _ chunk: ArraySlice<UInt8>, _ body: (inout EventBatch) throws -> Void
  ) throws -> ArraySlice<UInt8> {
    guard partial.isEmpty, header != nil, !hasEnded else { return chunk }
    var count = 0
    var last = lastAt
    defer {
      lastAt = last
      lines += count
      events += count
    }
    let read = try chunk.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress else { return 0 }
      var place = start
      while let line = CanonicalLine.next(from: place, to: start + bytes.count) {
        guard line.next - place <= HistoryLines.maximumLineBytes else { break }
        count += 1
        place = line.next
        guard line.event.at >= last else {
          throw Self.goesBack(line.event.at, after: last, lines + count)
        }
        last = line.event.at
        if let problem = validator?.problem(with: line.event) {
          throw HistoryError.line(lines + count, problem: problem)
        }
        batch.append(line.event)
        if batch.isFull { try batch.hand(to: body) }
      }
      return place - start
    }
    return chunk.dropFirst(read)
  }

  /// Reads a line whose beginning `partial` may hold.
  private mutating func read(_ ending: ArraySlice<UInt8>) throws(HistoryError) {
    guard partial.count + ending.count <= HistoryLines.maximumLineBytes else { throw tooLong }
    lines += 1
    if partial.isEmpty {
      try readWhole(ending)
    } else {
      let line = partial + ending
      partial.removeAll(keepingCapacity: true)
      try readWhole(line[...])
    }
  }

  private mutating func readWhole(_ line: ArraySlice<UInt8>) throws(HistoryError) {
    guard let header else {
      self.header = try Self.header(of: line)
      return promisesEnd = try Self.promisesEnd(line)
    }
    if !hasEnded, let event = line.withUnsafeBufferPointer({ CanonicalLine.event($0) }) {
      return try take(event)
    }
    if line.allSatisfy(Self.isSpace) { return }
    guard !hasEnded else {
      throw .line(lines, problem: "something follows the line that says that the history ends")
    }
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue(parsing: line) } catch {
      throw .line(lines, problem: Self.problem(error))
    }
    if value["end"] != nil, value["event"] == nil {
      return try end(JSONReader(value, path: "line"))
    }
    let event: TimedEvent
    do throws(JSONError) {
      event = try HistoryLines.event(
        JSONReader(value, path: "event"), format: header.format)
    } catch {
      throw HistoryError.line(lines, problem: Self.problem(error))
    }
    try take(event)
  }

  /// Takes the line that says that the history has ended after so many events.
  private mutating func end(_ line: JSONReader) throws(HistoryError) {
    let expected: Int
    do throws(JSONError) {
      try line.rejectUnknownMembers(allowed: ["end"])
      expected = try line.integer("end")
    } catch {
      throw .line(lines, problem: Self.problem(error))
    }
    guard expected == events else {
      throw .line(lines, problem: "it ends after \(expected) events, and \(events) came before")
    }
    hasEnded = true
  }

  /// Whether a header says that there is a last line.
  private static func promisesEnd(_ header: ArraySlice<UInt8>) throws(HistoryError) -> Bool {
    do throws(JSONError) {
      let reader = JSONReader(try JSONValue(parsing: header), path: "header")
      return try reader.optional("ended")?.bool() ?? false
    } catch {
      throw .line(1, problem: problem(error))
    }
  }

  private mutating func take(_ event: TimedEvent) throws(HistoryError) {
    guard event.at >= lastAt else { throw Self.goesBack(event.at, after: lastAt, lines) }
    lastAt = event.at
    if let problem = validator?.problem(with: event) {
      throw HistoryError.line(lines, problem: problem)
    }
    events += 1
    batch.append(event)
  }

  private static func goesBack(_ at: Instant, after: Instant, _ line: Int) -> HistoryError {
    .line(
      line,
      problem: "the time \(at.nanoseconds) is earlier than \(after.nanoseconds) on a line before")
  }

  /// The header that the first line of a file holds.
  package static func header(of line: ArraySlice<UInt8>) throws(HistoryError) -> HistoryHeader {
    let isHistory: Bool
    let version: Int
    let header: HistoryHeader?
    do throws(JSONError) {
      let value = try JSONValue(parsing: line)
      isHistory = value["stoat"] == "history"
      let reader = JSONReader(value, path: "header")
      version = isHistory ? try reader.integer("version") : 0
      let isKnown = HistoryFormat.oldestVersion...HistoryFormat.version ~= version
      header = isKnown ? try HistoryLines.header(reader, format: version) : nil
    } catch {
      throw .line(1, problem: problem(error))
    }
    if let header { return header }
    if isHistory { throw .version(version) }
    throw .line(1, problem: "not the header of a history, which has \"stoat\":\"history\"")
  }

  private var tooLong: HistoryError {
    .line(lines + 1, problem: "longer than \(HistoryLines.maximumLineBytes) bytes")
  }

  private static func problem(_ error: JSONError) -> String {
    guard case .syntax(_, let column, let problem) = error else { return error.description }
    return "column \(column): \(problem)"
  }
}

extension History {
  /// The whole history in the bytes of a JSONL file.
  package static func decode(lines bytes: [UInt8]) throws -> History {
    var reader = HistoryLineReader()
    var events: [TimedEvent] = []
    let append = { (batch: inout EventBatch) in
      events += batch.events
    }
    try reader.receive(bytes[...], append)
    let ending = try reader.finish(append)
    if let problem = ending.problem {
      throw HistoryError.line(reader.lines + 1, problem: problem)
    }
    guard let header = reader.header else { throw HistoryError.noHeader }
    return History(header: header, events: events)
  }
}
