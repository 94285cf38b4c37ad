import Testing

@testable import Digests

@Suite struct SHA256DigestTests {
  /// The examples of FIPS 180-4, and the digest of nothing.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func knownDigests(text: String, digest: String) {
    #expect(SHA256Digest.of(Array(text.utf8)).description == digest)
  }

  @Test func aMillionTimesA() {
    let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
    #expect(
      SHA256Digest.of(bytes).description
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func piecesAreOneBehindTheOther() {
    let bytes = (0..<1_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    for cut in [0, 1, 63, 64, 65, 999, 1_000] {
      let digest = bytes.withUnsafeBytes { all in
        SHA256Digest.of(
          UnsafeRawBufferPointer(rebasing: all[..<cut]),
          UnsafeRawBufferPointer(rebasing: all[cut...]))
      }
      #expect(digest == SHA256Digest.of(bytes), "cut at \(cut)")
    }
  }

  @Test func bytesAndBack() {
    let digest = SHA256Digest.of([1, 2, 3])
    #expect(digest.bytes.count == SHA256Digest.size)
    #expect(SHA256Digest(digest.bytes) == digest)
    #expect(SHA256Digest(digest.bytes.dropLast()) == nil)
    var other = digest.bytes
    other[31] ^= 1
    #expect(SHA256Digest(other) != digest)
  }
}
