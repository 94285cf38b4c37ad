package import Hosts
import Glibc
import Harness

/// The built programs, run as a user would run them.
package enum StoatProgram {
  /// The path of a program that was built beside the tests.
  package static func path(_ name: String) -> String {
    let own = LocalHost().resolvedPath("/proc/self/exe") ?? ""
    return own.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/\(name)"
  }

  /// Runs `stoat` with these arguments to its end, at most for `timeout`.
  package static func run(
    _ arguments: [String], in directory: String? = nil, environment: [String: String] = [:],
    timeout: Duration = .seconds(60)
  ) async throws -> CommandResult {
    var variables = ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/tmp"]
    variables.merge(environment) { _, new in new }
    return try await LocalHost().run(
      Command(
        path("stoat"), arguments, environment: variables, workingDirectory: directory),
      timeout: timeout)
  }

  /// Starts `stoat` in a session of its own; its output goes to the file `output`.
  package static func start(
    _ arguments: [String], in directory: String, output: String
  ) throws -> ProcessIdentity {
    try LocalHost().spawn(
      Daemon(
        path("stoat"), arguments,
        environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/tmp"],
        workingDirectory: directory, output: output))
  }
}

/// Waits until `condition` holds, for `timeout` at most; whether it did.
package func eventually(
  within timeout: Duration = .seconds(60), _ condition: () async throws -> Bool
) async rethrows -> Bool {
  let deadline = ContinuousClock.now + timeout
  while ContinuousClock.now < deadline {
    if try await condition() { return true }
    await LocalHost().pause(.milliseconds(50))
  }
  return false
}
