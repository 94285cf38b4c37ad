import Environment

/// A 64-bit FNV-1a hash (Fowler, Noll, Vo): to see whether two files differ, no more.
enum Fingerprint {
  /// The hash as `fnv1a64:` and 16 hexadecimal digits.
  static func text(of text: String) -> String {
    let digits = String(hash(text), radix: 16)
    return "fnv1a64:" + String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// The hash of the UTF-8 bytes.
  static func hash(_ text: String) -> UInt64 {
    FNV1a.hash64(text.utf8)
  }
}
