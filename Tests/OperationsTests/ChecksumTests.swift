import Testing

@testable import Operations

@Suite struct ChecksumTests {
  /// The check value of the catalogue of parametrised CRC algorithms, and RFC 3720, B.4.
  private static let published: [([UInt8], UInt32)] = [
    (Array("123456789".utf8), 0xE306_9283), ([], 0),
    ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
    ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
    (Array(0...31), 0x46DD_794E), (Array((0...31).reversed()), 0x113F_DB5C),
  ]

  @Test(arguments: published)
  func agreesWithPublishedValues(bytes: [UInt8], expected: UInt32) {
    #expect(bytes.withUnsafeBytes { Checksum.of($0) } == expected)
  }

  @Test func piecesGiveTheSameAsTheWhole() {
    let bytes = (0..<1_000).map { UInt8(truncatingIfNeeded: $0 * 7 + $0 / 13) }
    let whole = bytes.withUnsafeBytes { Checksum.of($0) }
    for cut in 0...bytes.count {
      var checksum = Checksum()
      Array(bytes[..<cut]).withUnsafeBytes { checksum.add($0) }
      Array(bytes[cut...]).withUnsafeBytes { checksum.add($0) }
      #expect(checksum.value == whole)
    }
  }
}
