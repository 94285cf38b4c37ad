package import Environment
package import Harness
package import NIOCore
package import Sessions

/// Which client library speaks to the brokers.
///
/// The workloads, the plan and the history are the same with both. A run with the second one
/// shows that a finding is not one of the first one's codec.
package enum ClientKind: String, Hashable, Sendable, CaseIterable {
  /// Stoat's own client.
  case stoat
  /// rabbitmq-c.
  case rabbitMQC = "rabbitmq-c"

  /// A session to `endpoint`, to be started; it is used on `loop` only and reports there.
  package func session(
    loop: any EventLoop, endpoint: Endpoint, clock: MonotonicClock, settings: SessionSettings,
    report: @escaping (SessionEvent) -> Void
  ) -> any BrokerSession {
    switch self {
    case .stoat:
      AMQPSession(
        loop: loop, endpoint: endpoint, clock: clock, settings: settings, report: report)
    case .rabbitMQC:
      RabbitMQSession(
        loop: loop, endpoint: endpoint, clock: clock, settings: settings, report: report)
    }
  }

  /// The library and its version, for environment.json.
  package var description: String {
    switch self {
    case .stoat: "stoat"
    case .rabbitMQC: "rabbitmq-c \(RabbitMQSession.libraryVersion)"
    }
  }
}
