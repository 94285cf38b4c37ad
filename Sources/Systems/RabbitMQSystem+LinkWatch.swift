package import Harness

extension RabbitMQSystem: LinkWatch {
  /// The relay's own worst lag.
  package func worstLinkLag() async throws(SystemFailure) -> Duration {
    try await relayLag().worst
  }
}
