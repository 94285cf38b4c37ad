package import Harness
package import Hosts

/// How one node runs: where, as which program, and by what it is seen to serve clients.
package struct NodeProgram: Sendable {
  /// The host on which it runs.
  package var host: any Host
  /// Program, arguments, environment, directory and the file of its outputs. The run's mark is
  /// added to the environment.
  package var daemon: Daemon
  /// The directories that have to be there before it is started for the first time.
  package var directories: [String]
  /// The file in which it logs.
  package var log: String
  /// Where it serves clients once it has booted, as its own host reaches it.
  package var service: Endpoint

  /// A node's program.
  package init(
    host: any Host, daemon: Daemon, directories: [String], log: String, service: Endpoint
  ) {
    self.host = host
    self.daemon = daemon
    self.directories = directories
    self.log = log
    self.service = service
  }
}
