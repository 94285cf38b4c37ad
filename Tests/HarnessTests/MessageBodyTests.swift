import Operations
import Testing

@testable import Harness

@Suite struct MessageBodyTests {
  private let bodies = MessageBody(nonce: 0xFEED_5EED)
  private let message = MessageID(client: ClientID(7), sequence: 123_456)

  @Test(arguments: [0, 24, 25, 1000]) func aBodyCarriesItsMessage(bytes: Int) {
    let body = bodies.encode(message, bytes: bytes)
    #expect(body.count == max(24, bytes))
    #expect(bodies.decode(body) == message)
  }

  @Test func anotherRunsBodyIsForeign() {
    #expect(MessageBody(nonce: 1).decode(bodies.encode(message, bytes: 64)) == .foreign)
  }

  @Test func everyFlippedBitAndEveryCutOfTheHeadIsForeign() {
    let body = bodies.encode(message, bytes: 24)
    for bit in 0..<(24 * 8) {
      var flipped = body
      flipped[bit / 8] ^= 1 << (bit % 8)
      #expect(bodies.decode(flipped) == .foreign)
    }
    for count in 0..<24 { #expect(bodies.decode(body[..<count]) == .foreign) }
  }
}
