package import AMQP
package import Harness

/// What a client's session needs to know besides where to connect.
package struct SessionSettings: Sendable {
  /// How messages of this run are made and recognised.
  package let body: MessageBody
  /// Names, limits and deadlines of the connection.
  package let configuration: SessionConfiguration

  /// Settings for a client called `name`, with the deadlines of a plan.
  package init(
    name: String, credentials: Credentials, deadlines: Deadlines, body: MessageBody
  ) {
    var configuration = SessionConfiguration()
    configuration.user = credentials.user
    configuration.password = credentials.password
    configuration.virtualHost = credentials.virtualHost
    configuration.connectionName = name
    configuration.operationTimeout = deadlines.operation
    configuration.confirmTimeout = deadlines.confirm
    self.init(configuration: configuration, body: body)
  }

  /// Settings with every limit and deadline given.
  package init(configuration: SessionConfiguration, body: MessageBody) {
    self.configuration = configuration
    self.body = body
  }
}
