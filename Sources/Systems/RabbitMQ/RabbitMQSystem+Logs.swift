import Harness
package import Operations

extension RabbitMQSystem: LogFiles {
  /// What the node has logged about trouble since the queues were prepared last.
  package func logLines(of node: NodeID, limit: Int) async -> [LogLine]? {
    await processes.logLines(
      of: node, matching: LogPattern.rabbitMQ, limit: limit,
      time: { RabbitMQLogTime.unixNanoseconds(of: $0) })
  }
}

extension LogPattern {
  /// What RabbitMQ logs when something is wrong with it.
  static let rabbitMQ = [
    LogPattern("inconsistent-database", "inconsistent_database"),
    LogPattern("crash-report", "CRASH REPORT"),
    LogPattern("crash-report", "crasher:"),
    LogPattern("global-hang", "Global hang workaround"),
    LogPattern("partition", "Partial partition detected"),
  ]
}
