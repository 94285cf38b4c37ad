/// A listening socket and whose it is.
package struct SocketOwner: Hashable, Sendable, CustomStringConvertible {
  /// The address as the kernel has it: `0.0.0.0` for all.
  package var host: String
  /// The port.
  package var port: Int
  /// The process; nil if it belongs to another user or has just ended.
  package var pid: Int32?
  /// The process's command line; empty without a process.
  package var command: String

  /// For people: `127.0.0.1:5672 (process 12: beam.smp …)`.
  package var description: String {
    guard let pid else {
      return "\(host):\(port) (a process that this user may not look at, or that has just ended)"
    }
    return "\(host):\(port) (process \(pid): \(command))"
  }
}

/// A line of /proc/net/tcp or /proc/net/tcp6.
struct SocketTableEntry: Hashable {
  var host: String
  var port: Int
  var isListening: Bool
  var inode: UInt64

  /// Reads a line; nil for the heading. Addresses are hexadecimal 32-bit words in the machine's own
  /// byte order, ports hexadecimal numbers.
  init?(line: String) {
    let fields = line.split(separator: " ")
    guard fields.count >= 10, let inode = UInt64(fields[9]) else { return nil }
    let halves = fields[1].split(separator: ":")
    guard halves.count == 2, let port = Int(halves[1], radix: 16),
      let host = Self.host(String(halves[0]))
    else { return nil }
    self.host = host
    self.port = port
    isListening = fields[3] == "0A"
    self.inode = inode
  }

  /// Whether a listener at this address keeps another from listening at `host`.
  func occupies(_ host: String, _ port: Int) -> Bool {
    isListening && self.port == port
      && (self.host == host || self.host == "0.0.0.0" || self.host == "[::]" || host == "0.0.0.0")
  }

  private static func host(_ text: String) -> String? {
    switch text.count {
    case 8: return UInt32(text, radix: 16).map { dotted($0) }
    case 32:
      if text.allSatisfy({ $0 == "0" }) { return "[::]" }
      // An IPv4 address in IPv6 clothes has the fixed words 0, 0, 0xFFFF in front.
      let isMapped = text.hasPrefix("0000000000000000FFFF0000")
      return isMapped ? UInt32(text.suffix(8), radix: 16).map { dotted($0) } : "[\(text)]"
    default: return nil
    }
  }

  private static func dotted(_ word: UInt32) -> String {
    let address = UInt32(bigEndian: word)
    return "\(address >> 24).\(address >> 16 & 0xFF).\(address >> 8 & 0xFF).\(address & 0xFF)"
  }
}
