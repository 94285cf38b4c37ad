import Harness
@testable import Hosts
import Testing

@testable import Systems

/// The RabbitMQ of this machine; nil if there is none.
let realInstallation = try? RabbitMQInstallation.find(home: nil, on: LocalHost())

/// What tests that need a RabbitMQ say where there is none.
let needsRabbitMQ = ConditionTrait.enabled(
  if: realInstallation != nil, "install rabbitmq-server: apt-get install rabbitmq-server")
