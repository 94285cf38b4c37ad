import ArgumentParser
import CanonicalJSON
import Glibc

/// The controller's command line.
@main struct Stoat: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stoat",
    abstract: "Finds out what a message broker's queues lose under faults, and proves it.",
    discussion: """
      stoat compare runs plain, mirrored and quorum queues through the same faults and says what \
      each lost. Exit codes: 0 valid, 1 invalid, 2 unknown, 64 bad usage, 65 corrupt data, \
      70 internal error.
      """,
    version: Version.text,
    subcommands: [
      Compare.self, Test.self, Plan.self, ScenarioListing.self, Check.self, ReportAgain.self,
      Export.self, Heal.self, Doctor.self, Bench.self,
    ])

  static func main() async {
    let arguments = Array(Swift.CommandLine.arguments.dropFirst())
    InterruptWatch.ignoreWriteSignals()
    if let hint = unknownCommand(arguments) {
      Terminal.complain(hint)
      Glibc.exit(ExitStatus.usage)
    }
    do {
      var command = try parseAsRoot(arguments)
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      if let failure = Terminal.unwritten { throw failure }
    } catch let failure as CommandFailure {
      Terminal.complain(failure.message)
      Glibc.exit(failure.status)
    } catch let code as ExitCode {
      // It says nothing if nobody got what it is about.
      if let failure = Terminal.unwritten {
        Terminal.complain(failure.message)
        Glibc.exit(failure.status)
      }
      exit(withError: code)
    } catch {
      exit(withError: error)
    }
  }

  /// A message about a first word that is no command, with the nearest one.
  private static func unknownCommand(_ arguments: [String]) -> String? {
    guard let first = arguments.first, !first.hasPrefix("-"), first != "help" else { return nil }
    let names = configuration.subcommands.map { $0._commandName }
    if names.contains(first) { return nil }
    return "there is no command \"\(first)\"\(NearestName.suggestion(for: first, among: names)); "
      + "the commands are \(names.joined(separator: ", "))"
  }
}

/// The program's version.
enum Version {
  static let text = "0.1.0"
}

/// Exit codes; the verdicts' are `Verdict.exitCode`.
enum ExitStatus {
  /// Something required could not be judged.
  static let unknown: Int32 = 2
  /// The command line asks for something that cannot be.
  static let usage: Int32 = 64
  /// A file is not what it should be.
  static let corrupt: Int32 = 65
  /// Something that has to be there is missing on this machine.
  static let unavailable: Int32 = 69
  /// The program, or the system under test, failed in a way that says nothing about guarantees.
  static let failure: Int32 = 70
  /// Interrupted by Ctrl-C (128 + SIGINT).
  static let interrupted: Int32 = 130
}

/// An error that ends the program with a message for people.
struct CommandFailure: Error {
  var status: Int32
  var message: String

  init(_ status: Int32, _ message: String) {
    self.status = status
    self.message = message
  }
}
