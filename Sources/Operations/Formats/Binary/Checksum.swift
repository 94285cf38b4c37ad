/// CRC-32C (Castagnoli, reflected polynomial 0x82F63B78), sixteen bytes a step (slicing-by-16).
package struct Checksum: Sendable {
  private var state: UInt32 = .max

  /// A checksum of nothing yet.
  package init() {}

  /// The checksum of everything that was added.
  package var value: UInt32 { ~state }

  /// The checksum of `bytes`.
  package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var checksum = Checksum()
    checksum.add(bytes)
    return checksum.value
  }

  /// Adds `bytes` behind what was added before.
  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    state = Self.tables.withUnsafeBufferPointer { Self.advance(state, over: bytes, $0) }
  }

  private static func advance(
    _ state: UInt32, over bytes: UnsafeRawBufferPointer, _ tables: UnsafeBufferPointer<UInt32>
  ) -> UInt32 {
    guard let table = tables.baseAddress, let base = bytes.baseAddress else { return state }
    var crc = state
    var offset = 0
    while offset + 16 <= bytes.count {
      let first = (base + offset).loadUnaligned(as: UInt64.self).littleEndian ^ UInt64(crc)
      let second = (base + offset + 8).loadUnaligned(as: UInt64.self).littleEndian
      crc = look(first, table + 8 * 256) ^ look(second, table)
      offset += 16
    }
    while offset < bytes.count {
      crc = crc >> 8 ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ bytes[offset])]
      offset += 1
    }
    return crc
  }

  /// The effect of eight bytes, the first of which is the lowest, by eight tables.
  @inline(__always)
  private static func look(_ word: UInt64, _ table: UnsafePointer<UInt32>) -> UInt32 {
    let a = table[7 * 256 + Int(word & 0xFF)] ^ table[6 * 256 + Int(word >> 8 & 0xFF)]
    let b = table[5 * 256 + Int(word >> 16 & 0xFF)] ^ table[4 * 256 + Int(word >> 24 & 0xFF)]
    let c = table[3 * 256 + Int(word >> 32 & 0xFF)] ^ table[2 * 256 + Int(word >> 40 & 0xFF)]
    let d = table[1 * 256 + Int(word >> 48 & 0xFF)] ^ table[Int(word >> 56)]
    return (a ^ b) ^ (c ^ d)
  }

  /// Table k gives the effect of a byte that k further bytes follow.
  private static let tables: [UInt32] = {
    var tables: [UInt32] = (0..<256).map { byte in
      (0..<8).reduce(UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0x82F6_3B78 : 0) }
    }
    for index in 256..<(16 * 256) {
      let previous = tables[index - 256]
      tables.append(previous >> 8 ^ tables[Int(previous & 0xFF)])
    }
    return tables
  }()
}
