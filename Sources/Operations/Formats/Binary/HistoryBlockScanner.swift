import Digests

/// Walks over the blocks of a file and tells whole, torn and damaged ones apart; the rule is in
/// `HistoryFormat`.
struct HistoryBlockScanner<Source: HistorySource> {
  private var source: Source
  private var buffer: [UInt8] = []
  /// The version of the format of the file, once its magic bytes were read.
  private(set) var format = HistoryFormat.version
  /// The digest of the header of the last whole block, to which the next one has to be chained; not
  /// in format 1.
  private var previous = HistoryEncoder.origin
  private var position = HistoryFormat.magic.count
  private var blockStart = 0
  /// How many whole blocks there were so far.
  private(set) var wholeBlocks = 0
  /// Why there is no further whole block, once the tail proved to be torn.
  private(set) var tear: String?

  init(_ source: Source) {
    self.source = source
  }

  mutating func checkMagic() throws(HistoryError) {
    try source.read(at: 0, count: HistoryFormat.magic.count, into: &buffer)
    if buffer == HistoryFormat.magic { return }
    let name = HistoryFormat.magic.dropLast()
    if buffer.count < HistoryFormat.magic.count, name.starts(with: buffer) { throw .noHeader }
    if buffer.starts(with: name), let version = buffer.last {
      format = Int(version)
      guard HistoryFormat.oldestVersion..<HistoryFormat.version ~= format else {
        throw .version(format)
      }
      return
    }
    throw .foreign(found: HistoryError.forPeople(buffer))
  }

  /// The header of the next whole block, whose payload can then be read; nil at a torn tail.
  mutating func next() throws(HistoryError) -> HistoryBlockHeader? {
    let size = HistoryBlockHeader.size(format: format)
    try source.read(at: position, count: size, into: &buffer)
    if buffer.count < size {
      tear =
        buffer.isEmpty
        ? "the recording was not ended in order"
        : "the file ends in the header of block \(wholeBlocks)"
      return nil
    }
    guard let header = HistoryBlockHeader(decoding: buffer, format: format) else {
      return try tornByZeros(
        from: position, orDamage: "the block header does not match its checksum")
    }
    guard header.number == UInt32(truncatingIfNeeded: wholeBlocks) else {
      throw damageAhead("it says that it is block \(header.number)")
    }
    guard header.isChained(to: previous) else {
      throw damageAhead(
        "it is not chained to the block before: that has another digest than it says")
    }
    let head = buffer
    try source.read(at: position + size, count: header.payloadBytes, into: &buffer)
    if buffer.count < header.payloadBytes {
      tear = "the file ends in the payload of block \(wholeBlocks)"
      return nil
    }
    guard buffer.withUnsafeBytes({ header.matches($0) }) else {
      return try tornByZeros(
        from: position + size + header.payloadBytes,
        orDamage: "the payload does not match its checksum")
    }
    if format > 1 { previous = SHA256Digest.of(head) }
    blockStart = position
    position += size + header.payloadBytes
    wholeBlocks += 1
    return header
  }

  /// Runs `body` over the payload of the last whole block.
  func withPayload<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    do {
      return try buffer.withUnsafeBytes(body)
    } catch let malformed as MalformedPayload {
      throw damage(malformed)
    }
  }

  /// What `body` makes of the payload of the last whole block.
  func readPayload<Value>(
    _ body: (UnsafeRawBufferPointer) throws(MalformedPayload) -> Value
  ) throws(HistoryError) -> Value {
    let result = buffer.withUnsafeBytes { payload in
      Result { () throws(MalformedPayload) in try body(payload) }
    }
    do throws(MalformedPayload) { return try result.get() } catch { throw damage(error) }
  }

  /// That the last whole block is damaged all the same.
  func damage(_ problem: String) -> HistoryError {
    .damaged(block: wholeBlocks - 1, offset: blockStart, problem: problem)
  }

  private func damage(_ malformed: MalformedPayload) -> HistoryError {
    .damaged(
      block: wholeBlocks - 1,
      offset: blockStart + HistoryBlockHeader.size(format: format) + malformed.offset,
      problem: malformed.problem)
  }

  /// That what should be the next whole block is damaged.
  private func damageAhead(_ problem: String) -> HistoryError {
    .damaged(block: wholeBlocks, offset: position, problem: problem)
  }

  mutating func checkNothingFollows() throws(HistoryError) {
    try source.read(at: position, count: 1, into: &buffer)
    if !buffer.isEmpty { throw damageAhead("there are bytes behind the end block") }
  }

  /// Nil, with the tear noted, if only zero bytes follow; otherwise the damage.
  private mutating func tornByZeros(
    from start: Int, orDamage problem: String
  ) throws(HistoryError) -> HistoryBlockHeader? {
    var offset = start
    repeat {
      try source.read(at: offset, count: 1 << 16, into: &buffer)
      guard buffer.allSatisfy({ $0 == 0 }) else { throw damageAhead(problem) }
      offset += buffer.count
    } while !buffer.isEmpty
    tear = "block \(wholeBlocks) did not reach the disk whole: \(problem)"
    return nil
  }
}

extension HistoryBlockScanner: Sendable where Source: Sendable {}

extension HistoryError {
  /// The first bytes of a file as people can read them.
  package static func forPeople(_ bytes: some Sequence<UInt8>) -> String {
    let start = Array(bytes.prefix(8))
    if start.isEmpty { return "nothing" }
    if start.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
      return "\"" + String(decoding: start, as: UTF8.self) + "\""
    }
    return start.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
  }
}
