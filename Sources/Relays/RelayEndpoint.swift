import Glibc

/// An IPv4 address and a TCP port, written `127.1.2.3:5672`.
///
/// Numeric only: a statically linked program must not look names up.
package struct RelayEndpoint: Hashable, Sendable, CustomStringConvertible {
  /// The address, most significant byte first: 127.0.0.1 is 0x7F00_0001.
  package let address: UInt32
  /// The TCP port; 0 asks the kernel for a free one.
  package let port: UInt16

  /// The endpoint `a.b.c.d:port`.
  package init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, port: UInt16) {
    address = UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d)
    self.port = port
  }

  /// `port` on 127.0.0.1.
  package static func loopback(port: UInt16) -> RelayEndpoint {
    RelayEndpoint(127, 0, 0, 1, port: port)
  }

  /// The endpoint written as `a.b.c.d:port`, or nil if `text` is not one.
  package init?(_ text: some StringProtocol) {
    let halves = text.split(separator: ":", omittingEmptySubsequences: false)
    guard halves.count == 2, let port = UInt16(halves[1]) else { return nil }
    let bytes = halves[0].split(separator: ".", omittingEmptySubsequences: false)
    guard bytes.count == 4 else { return nil }
    let numbers = bytes.compactMap { UInt8($0) }
    guard numbers.count == 4 else { return nil }
    self.init(numbers[0], numbers[1], numbers[2], numbers[3], port: port)
  }

  /// The address without the port, written `127.1.2.3`.
  package var host: String {
    "\(address >> 24).\(address >> 16 & 0xFF).\(address >> 8 & 0xFF).\(address & 0xFF)"
  }

  /// The endpoint written as `127.1.2.3:5672`.
  package var description: String { "\(host):\(port)" }

  init(_ raw: sockaddr_in) {
    address = UInt32(bigEndian: raw.sin_addr.s_addr)
    port = UInt16(bigEndian: raw.sin_port)
  }

  /// Calls `body` with the address in the form that system calls take.
  func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    var raw = sockaddr_in()
    raw.sin_family = sa_family_t(AF_INET)
    raw.sin_port = port.bigEndian
    raw.sin_addr.s_addr = address.bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafePointer(to: &raw) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, size) }
    }
  }
}
