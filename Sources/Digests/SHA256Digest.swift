import CCrypto

/// The SHA-256 of some bytes (FIPS 180-4), as libcrypto computes it.
package struct SHA256Digest: Hashable, Sendable {
  /// The size of every digest in bytes.
  package static let size = 32

  private var words: SIMD4<UInt64>

  /// The digest of these pieces, one behind the other.
  package static func of(_ pieces: UnsafeRawBufferPointer...) -> SHA256Digest {
    guard let context = EVP_MD_CTX_new() else {
      preconditionFailure("there is no memory for a digest")
    }
    defer { EVP_MD_CTX_free(context) }
    var isGood = EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
    for piece in pieces {
      isGood = isGood && EVP_DigestUpdate(context, piece.baseAddress, piece.count) == 1
    }
    let digest = SHA256Digest { place in
      isGood = isGood && EVP_DigestFinal_ex(context, place, nil) == 1
    }
    precondition(isGood, "libcrypto computes no SHA-256")
    return digest
  }

  /// The digest of `bytes`.
  package static func of(_ bytes: [UInt8]) -> SHA256Digest {
    bytes.withUnsafeBytes { of($0) }
  }

  /// The digest that is written in `bytes`, which are 32; nil for any other number.
  package init?(_ bytes: some Collection<UInt8>) {
    guard bytes.count == Self.size else { return nil }
    self.init { place in
      for (offset, byte) in bytes.enumerated() { place[offset] = byte }
    }
  }

  private init(filledBy fill: (UnsafeMutablePointer<UInt8>) -> Void) {
    var bytes = [UInt8](repeating: 0, count: Self.size)
    bytes.withUnsafeMutableBufferPointer { place in
      if let base = place.baseAddress { fill(base) }
    }
    words = .zero
    for index in words.indices {
      words[index] = bytes[(8 * index)..<(8 * index + 8)].reduce(0) { $0 << 8 | UInt64($1) }
    }
  }

  /// The 32 bytes.
  package var bytes: [UInt8] {
    words.indices.flatMap { index in
      stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: words[index] >> $0) }
    }
  }
}

extension SHA256Digest: CustomStringConvertible {
  /// Sixty-four hexadecimal digits.
  package var description: String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
