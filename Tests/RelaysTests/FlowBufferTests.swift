import Environment
import Testing

@testable import Relays

@Suite struct FlowBufferTests {
  /// Puts the next numbers into the buffer, as many as `wanted` or as have space in one piece.
  private func put(_ wanted: Int, _ next: inout Int, into buffer: inout FlowBuffer) {
    let space = buffer.space
    let count = min(wanted, space.count)
    for index in 0..<count { space[index] = UInt8(truncatingIfNeeded: (next + index) &* 7) }
    next += count
    buffer.append(count)
  }

  @Test func bytesComeOutInOrderWhateverTheLimit() {
    var generator = SeededGenerator(seed: 8)
    var buffer = FlowBuffer()
    var limit = FlowBuffer.capacity
    var (written, read) = (0, 0)
    for _ in 0..<600 {
      if generator.draw(below: 50) == 0 {
        limit = generator.draw(below: 2) == 0 ? FlowBuffer.capacity : LinkShape.heldBytes
        buffer.setLimit(limit)
      }
      let before = buffer.count
      put(Int(generator.draw(in: 0...9000)), &written, into: &buffer)
      #expect(buffer.count == before || buffer.count <= limit)
      let bytes = buffer.bytes.prefix(Int(generator.draw(in: 0...9000)))
      #expect(
        bytes.enumerated().allSatisfy {
          $0.element == UInt8(truncatingIfNeeded: (read + $0.offset) &* 7)
        })
      read += bytes.count
      buffer.remove(bytes.count)
      #expect(buffer.count == written - read)
    }
    #expect(read > 1 << 18)
  }

  @Test(arguments: [FlowBuffer.capacity, LinkShape.heldBytes])
  func itHoldsItsLimitAndNoMore(limit: Int) {
    var buffer = FlowBuffer()
    buffer.setLimit(limit)
    var next = 0
    put(100, &next, into: &buffer)
    buffer.remove(60)
    for _ in 0..<3 { put(.max, &next, into: &buffer) }
    #expect(buffer.count == limit && buffer.space.count == 0)
    buffer.remove(1)
    #expect(buffer.space.count == 1)
  }

  @Test func aLowerLimitWaitsForTheBytesAboveIt() {
    var buffer = FlowBuffer()
    buffer.setLimit(LinkShape.heldBytes)
    var next = 0
    put(100_000, &next, into: &buffer)
    buffer.setLimit(FlowBuffer.capacity)
    #expect(buffer.count == 100_000 && buffer.space.count == 0)
    buffer.remove(99_000)
    #expect(buffer.space.count > 0 && buffer.space.count <= FlowBuffer.capacity - 1000)
  }
}
