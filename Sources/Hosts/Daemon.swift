package import Environment
import Glibc

/// A program that goes on running in a session of its own, also when this program has ended.
package struct Daemon: Sendable {
  /// The program's path.
  package var executable: String
  /// The arguments without the program's name.
  package var arguments: [String]
  /// The whole environment; nothing is inherited.
  package var environment: [String: String]
  /// Where it runs.
  package var workingDirectory: String
  /// The file to which both of its outputs are appended.
  package var output: String

  /// A daemon.
  package init(
    _ executable: String, _ arguments: [String] = [], environment: [String: String],
    workingDirectory: String, output: String
  ) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.output = output
  }
}

extension LocalHost {
  /// Starts a daemon and returns at once; `awaitExit` and `isAlive` reap it when it has ended.
  package func spawn(_ daemon: Daemon) throws(SystemFailure) -> ProcessIdentity {
    let input = try openDescriptor("/dev/null", O_RDONLY)
    defer { close(input) }
    let output = try openDescriptor(daemon.output, O_WRONLY | O_CREAT | O_APPEND)
    defer { close(output) }
    let pid = try SpawnRequest(
      executable: daemon.executable, arguments: daemon.arguments,
      environment: daemon.environment, workingDirectory: daemon.workingDirectory,
      group: .ownSession, standardDescriptors: (input, output, output)
    ).spawn()
    guard let identity = identity(of: pid) else {
      throw SystemFailure(
        .failed,
        "started \(daemon.executable) as process \(pid), but /proc/\(pid)/stat cannot be read. "
          + "Check that /proc is mounted.")
    }
    return identity
  }

  private func openDescriptor(_ path: String, _ flags: Int32) throws(SystemFailure) -> Int32 {
    let descriptor = open(path, flags | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw SystemFailure(.failed, "could not open \(path): \(systemMessage())")
    }
    return descriptor
  }
}
