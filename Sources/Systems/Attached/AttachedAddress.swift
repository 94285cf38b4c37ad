package import Environment
package import Harness

/// Where a broker is that already runs: `amqp://user:password@host:port/virtual-host`.
///
/// See the AMQP URI specification; what is left out has RabbitMQ's defaults: `guest`, `guest`,
/// 5672, `/`. Reserved characters are percent-encoded.
package struct AttachedAddress: Hashable, Sendable {
  /// A name or a numeric IPv4 address.
  package var host: String
  /// The port.
  package var port: Int
  /// What clients log in with.
  package var credentials: Credentials

  /// Reads a URI; throws what is wrong with it.
  package init(parsing uri: String) throws(SystemFailure) {
    let scheme = "amqp://"
    if uri.hasPrefix("amqps://") {
      throw SystemFailure(.failed, "\(uri): TLS is not supported; name the broker's plain port")
    }
    guard uri.hasPrefix(scheme) else {
      throw SystemFailure(.failed, "\(uri): an address looks like amqp://user:password@host:5672")
    }
    let rest = uri.dropFirst(scheme.count)
    let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let authority = parts.first ?? ""
    let at = authority.lastIndex(of: "@")
    let place = at.map { authority[authority.index(after: $0)...] } ?? authority
    let login = at.map { authority[..<$0] }?.split(
      separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let halves = place.split(separator: ":", omittingEmptySubsequences: false)
    guard halves.count <= 2, let name = halves.first, !name.isEmpty else {
      throw SystemFailure(.failed, "\(uri): there is no host in it")
    }
    guard let port = halves.count == 2 ? Int(halves[1]) : 5672, (1...65_535).contains(port) else {
      throw SystemFailure(.failed, "\(uri): \(halves[1]) is not a port of 1 to 65535")
    }
    host = String(name)
    self.port = port
    credentials = Credentials(
      user: try Self.decoded(login?.first ?? "guest", in: uri),
      password: try Self.decoded(login.flatMap { $0.count == 2 ? $0[1] : nil } ?? "guest", in: uri),
      virtualHost: parts.count == 2 ? try Self.decoded(parts[1], in: uri) : "/")
  }

  private static func decoded(
    _ text: Substring, in uri: String
  ) throws(SystemFailure) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else {
        throw SystemFailure(.failed, "\(uri): %\(digits) is not a percent-encoded byte")
      }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw SystemFailure(.failed, "\(uri): what is percent-encoded is not UTF-8")
    }
    return text
  }
}
