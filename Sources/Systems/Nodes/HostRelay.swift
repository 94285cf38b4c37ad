import Environment
package import Hosts

/// The relay of one host: it carries the links that begin there.
package struct HostRelay: Sendable {
  /// The host.
  package var host: any Host
  /// The path of the program `stoat-node` on it.
  package var program: String
  /// The directory of the control socket and the log.
  package var directory: String

  /// A relay that is not started yet.
  package init(host: any Host, program: String, directory: String) {
    self.host = host
    self.program = program
    self.directory = directory
  }

  /// Where it takes commands.
  package var socket: String { "\(directory)/relay.sock" }
  /// Where it says what happened.
  package var log: String { "\(directory)/relay.log" }

  /// Starts it among the auxiliaries of `processes`; its undos are in the journal before.
  func start(in processes: NodeProcesses) async throws(SystemFailure) {
    try await host.makeDirectory(directory)
    try processes.journal.add(.endRelay(socket: socket, host: host.name))
    try processes.journal.add(.healRelay(socket: socket, host: host.name))
    let daemon = Daemon(
      program, ["relay", "--control", socket], environment: ["PATH": "/usr/bin:/bin"],
      workingDirectory: "/", output: log)
    do {
      try await processes.startAuxiliary(daemon, as: "relay", on: host)
    } catch  where error.kind == .unavailable {
      throw SystemFailure(
        .unavailable,
        "there is no program \(program), which carries the links between the nodes: build it with "
          + "'swift build --product stoat-node' (\(error))")
    }
  }
}
