import AMQP
package import Environment
import Hosts
import Operations
package import Harness

/// What a running broker says about itself before anybody has logged in.
package struct BrokerGreeting: Hashable, Sendable {
  /// E.g. `RabbitMQ`.
  package var product: String
  /// E.g. `3.13.7`.
  package var version: String

  /// A greeting.
  package init(product: String, version: String) {
    self.product = product
    self.version = version
  }

  private static let timeout = Duration.seconds(10)
  private static let mostBytes = 1 << 16

  /// Connects from this machine to a broker and reads its first frame.
  static func ask(
    _ host: String, port: Int, from machine: LocalHost
  ) async throws(SystemFailure) -> BrokerGreeting {
    let bytes = await machine.exchange(
      with: host, port: port, sending: ProtocolHeader.bytes, limit: mostBytes, timeout: timeout
    ) { read($0) != nil }
    guard let greeting = bytes.flatMap(read) else {
      throw SystemFailure(
        .unavailable,
        "no broker that speaks AMQP 0-9-1 answers at \(host):\(port); it was given up to "
          + "\(timeout.components.seconds) s")
    }
    return greeting
  }

  /// The greeting in the first bytes of a connection; nil if they do not hold a whole one.
  static func read(_ bytes: [UInt8]) -> BrokerGreeting? {
    var decoder = FrameDecoder(frameMax: mostBytes)
    decoder.append(bytes)
    guard let frame = try? decoder.next(),
      case .method(_, .connection(.start(let greeting))) = frame
    else { return nil }
    return BrokerGreeting(
      product: greeting.serverProperties["product"]?.text ?? "unknown",
      version: greeting.serverProperties["version"]?.text ?? "unknown")
  }

  /// The first part of the version; nil if it does not begin with a number.
  package var major: Int? { version.split(separator: ".").first.flatMap { Int($0) } }

  /// Whether classic queues can be mirrored: RabbitMQ up to 3.13.
  package var hasMirroredQueues: Bool { product == "RabbitMQ" && (major ?? 4) < 4 }

  /// Whether a plan can be run on this broker; throws the reason why not.
  package func check(_ queues: [QueuePlan]) throws(SystemFailure) {
    guard !hasMirroredQueues, queues.contains(where: { $0.kind == .mirrored }) else { return }
    throw SystemFailure(
      .unavailable,
      "\(product) \(version) has no mirrored queues; leave them out: --kinds plain,quorum")
  }
}
