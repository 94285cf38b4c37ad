import Environment

/// Where the bytes of a history come from: memory, or a file.
package protocol HistorySource {
  /// Replaces `buffer` by up to `count` bytes from `offset` on; fewer only at the end.
  mutating func read(
    at offset: Int, count: Int, into buffer: inout [UInt8]
  ) throws(HistoryError)
}

/// The bytes of a history in memory.
package struct HistoryBytes: HistorySource {
  private let bytes: [UInt8]

  /// A source of `bytes`.
  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Reads up to `count` bytes from `offset`.
  package mutating func read(
    at offset: Int, count: Int, into buffer: inout [UInt8]
  ) throws(HistoryError) {
    buffer.removeAll(keepingCapacity: true)
    buffer.append(contentsOf: bytes.dropFirst(offset).prefix(count))
  }
}

/// Reads a binary history block by block, in memory of one block.
package struct HistoryDecoder<Source: HistorySource> {
  /// What the numbers of the history stand for.
  package let header: HistoryHeader
  /// How the reading ended; nil until it has.
  package private(set) var ending: HistoryEnding?
  /// Looks at every event before it is handed over; nil for events that need not fit together.
  package var validator: HistoryValidator?
  private var scanner: HistoryBlockScanner<Source>
  private var events = 0

  /// Reads the file's start and the header block of `source`.
  package init(_ source: Source) throws(HistoryError) {
    scanner = HistoryBlockScanner(source)
    try scanner.checkMagic()
    guard let block = try scanner.next() else { throw .noHeader }
    guard block.kind == .header else { throw scanner.damage("the first block is not a header") }
    let format = scanner.format
    header = try scanner.readPayload { (payload) throws(MalformedPayload) in
      try HistoryHeader(payload: payload, format: format)
    }
  }

  /// Hands the events of the next block to `body`, so many at a time as `EventBatch` holds; false
  /// once there are no more blocks.
  ///
  /// Throws `HistoryError` at damage, after all events before it, and whatever `body` throws. A
  /// torn tail is no error: see `ending`.
  package mutating func nextBlock(
    _ batch: inout EventBatch, _ body: (inout EventBatch) throws -> Void
  ) throws -> Bool {
    guard ending == nil else { return false }
    guard let block = try scanner.next() else {
      ending = HistoryEnding(
        isComplete: false, lastWholeBlock: scanner.wholeBlocks - 1, events: events,
        problem: scanner.tear)
      return false
    }
    switch block.kind {
    case .header: throw scanner.damage("a second header")
    case .events: try readEvents(of: block, &batch, body)
    case .end: try readEnd()
    }
    return ending == nil
  }

  /// Hands all remaining events to `body`, in order, and returns how the reading ended.
  package mutating func forEachBatch(
    _ body: (inout EventBatch) throws -> Void
  ) throws -> HistoryEnding {
    var batch = EventBatch()
    while try nextBlock(&batch, body) {}
    guard let ending else { preconditionFailure("the last block sets the ending") }
    return ending
  }

  private mutating func readEvents(
    of block: HistoryBlockHeader, _ batch: inout EventBatch,
    _ body: (inout EventBatch) throws -> Void
  ) throws {
    let count: Int
    let format = header.format
    // Moved, not copied: a copy would copy all that it remembers.
    let isValidated = validator != nil
    var validator = self.validator.take() ?? HistoryValidator()
    defer { if isValidated { self.validator = validator } }
    do {
      count = try scanner.withPayload { payload in
        var decoder = try HistoryEventDecoder(payload: payload, format: format)
        while let event = try decoder.next() {
          if decoder.count == 1, event.at != block.first {
            throw MalformedPayload(
              offset: 0, problem: "the first event is not at the block's instant")
          }
          if isValidated, let problem = validator.problem(with: event) {
            throw MalformedPayload(offset: decoder.offset, problem: problem)
          }
          batch.append(event)
          if batch.isFull { try batch.hand(to: body) }
        }
        return decoder.count
      }
    } catch {
      try batch.hand(to: body)
      throw error
    }
    try batch.hand(to: body)
    guard count == block.events else {
      throw scanner.damage("\(count) events instead of \(block.events)")
    }
    events += count
  }

  private mutating func readEnd() throws {
    let count = try scanner.withPayload { payload in
      var input = PayloadInput(bytes: payload)
      let count = try input.varint()
      guard input.isAtEnd else {
        throw MalformedPayload(
          offset: input.offset, problem: "something behind the count of events")
      }
      return count
    }
    guard count == UInt64(events) else {
      throw scanner.damage("the end block counts \(count) events, the blocks before it \(events)")
    }
    try scanner.checkNothingFollows()
    ending = HistoryEnding(
      isComplete: true, lastWholeBlock: scanner.wholeBlocks - 1, events: events)
  }
}

extension HistoryDecoder: Sendable where Source: Sendable {}

extension History {
  /// The whole history in the bytes of a binary file, and how the reading ended.
  package static func decode(
    _ bytes: [UInt8]
  ) throws -> (history: History, ending: HistoryEnding) {
    var decoder = try HistoryDecoder(HistoryBytes(bytes))
    var events: [TimedEvent] = []
    let ending = try decoder.forEachBatch { batch in
      events += batch.events
    }
    return (History(header: decoder.header, events: events), ending)
  }
}
