import Digests
import Environment
import Testing

@testable import Operations

/// Each block holds the digest of the block before, so that none can be changed, left out or put
/// elsewhere even by somebody who makes all checksums and numbers right again.
@Suite struct ChainedBlocksTests {
  private static let header = EventSampler.header
  /// One event a block, in order.
  private static let events = (0..<6).map {
    TimedEvent(at: Instant(nanoseconds: $0), .phase(.load))
  }

  /// The blocks of a file, header block and end block included.
  private static func blocks() throws -> [[UInt8]] {
    let bytes = try History(header: header, events: events).encoded(blockBytes: 1)
    var blocks: [[UInt8]] = []
    var rest = bytes.dropFirst(HistoryFormat.magic.count)
    while !rest.isEmpty {
      let header = try #require(
        HistoryBlockHeader(decoding: Array(rest.prefix(HistoryBlockHeader.size))))
      blocks.append(Array(rest.prefix(HistoryBlockHeader.size + header.payloadBytes)))
      rest = rest.dropFirst(HistoryBlockHeader.size + header.payloadBytes)
    }
    try #require(blocks.count == 8)
    return blocks
  }

  /// The block with another number, or chained to something else, and good checksums.
  private func changed(
    _ block: [UInt8], number: Int? = nil, previous: SHA256Digest? = nil, payload: [UInt8]? = nil
  ) throws -> [UInt8] {
    var header = try #require(
      HistoryBlockHeader(decoding: Array(block[..<HistoryBlockHeader.size])))
    let content = payload ?? Array(block[HistoryBlockHeader.size...])
    if let number { header.number = UInt32(number) }
    header.payloadBytes = content.count
    header.check = .digests(
      payload: SHA256Digest.of(content), previous: try previous ?? self.previous(of: block))
    return header.bytes + content
  }

  /// What a block is chained to.
  private func previous(of block: [UInt8]) throws -> SHA256Digest {
    let header = try #require(
      HistoryBlockHeader(decoding: Array(block[..<HistoryBlockHeader.size])))
    guard case .digests(_, let previous) = header.check else { throw HistoryError.noHeader }
    return previous
  }

  private static func digest(ofHeaderOf block: [UInt8]) -> SHA256Digest {
    SHA256Digest.of(Array(block[..<HistoryBlockHeader.size]))
  }

  private func expectDamage(_ blocks: [[UInt8]], at block: Int) {
    let bytes = HistoryFormat.magic + blocks.joined()
    let error = #expect(throws: HistoryError.self) { try History.decode(bytes) }
    let offset = HistoryFormat.magic.count + blocks[..<block].reduce(0) { $0 + $1.count }
    #expect(
      error
        == .damaged(
          block: block, offset: offset,
          problem: "it is not chained to the block before: that has another digest than it says"))
  }

  @Test func everyBlockIsChainedToTheOneBefore() throws {
    let blocks = try Self.blocks()
    var previous = SHA256Digest.of(HistoryFormat.magic)
    for block in blocks {
      #expect(try self.previous(of: block) == previous)
      previous = Self.digest(ofHeaderOf: block)
    }
    #expect(try History.decode(HistoryFormat.magic + blocks.joined()).ending.isComplete)
  }

  @Test func aBlockThatWasRemovedIsNoticed() throws {
    var blocks = try Self.blocks()
    blocks.remove(at: 3)
    for place in 3..<blocks.count { blocks[place] = try changed(blocks[place], number: place) }
    expectDamage(blocks, at: 3)
  }

  @Test func blocksThatWereSwappedAreNoticed() throws {
    var blocks = try Self.blocks()
    blocks.swapAt(2, 4)
    for place in [2, 4] { blocks[place] = try changed(blocks[place], number: place) }
    expectDamage(blocks, at: 2)
  }

  @Test func aBlockThatWasChangedIsNoticedByTheNext() throws {
    var blocks = try Self.blocks()
    var payload = Array(blocks[4][HistoryBlockHeader.size...])
    // The tag of the one event, behind the context.
    payload[HistoryContext().bytes.count] += 1
    blocks[4] = try changed(blocks[4], payload: payload)
    expectDamage(blocks, at: 5)
  }

  @Test func anotherHeaderIsNoticed() throws {
    var blocks = try Self.blocks()
    var header = Self.header
    header.seed += 1
    blocks[0] = Array(try HistoryEncoder.start(of: header).bytes.dropFirst(8))
    expectDamage(blocks, at: 1)
  }

  @Test(arguments: [0, 1, 7]) func aDigestOfZerosIsNoticed(block: Int) throws {
    var blocks = try Self.blocks()
    let zeros = try #require(SHA256Digest([UInt8](repeating: 0, count: SHA256Digest.size)))
    blocks[block] = try changed(blocks[block], previous: zeros)
    expectDamage(blocks, at: block)
  }

  @Test func everyBitOfADigestCounts() throws {
    let blocks = try Self.blocks()
    let good = Self.digest(ofHeaderOf: blocks[1]).bytes
    for bit in 0..<256 {
      var bytes = good
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      var damaged = blocks
      damaged[2] = try changed(blocks[2], previous: SHA256Digest(bytes))
      expectDamage(damaged, at: 2)
    }
  }
}
