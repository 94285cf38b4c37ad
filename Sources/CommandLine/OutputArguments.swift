import ArgumentParser
import CanonicalJSON
import Harness
import Judging
import Report
import Workloads

/// The options about what comes out.
struct OutputArguments: ParsableArguments {
  @Option(help: "Where the run's directory is made.")
  var runsDirectory = "runs"

  @Option(
    help: """
      The outcome that is expected, e.g. 'mirrored:lost>0 quorum:valid', or 'scenario' for what \
      the scenario itself expects: exit code 0 if it came out so, 1 if not.
      """)
  var expect: String?

  @Flag(name: .shortAndLong, help: "No progress.")
  var quiet = false

  /// The parsed expectation, nil if there is none; `scenario` is what the scenario expects.
  func expectation(ofScenario scenario: String? = nil) throws -> Expectation? {
    guard expect == "scenario" else { return try Self.expectation(expect) }
    guard let scenario else {
      throw CommandFailure(ExitStatus.usage, "--expect scenario: the schedule expects nothing")
    }
    return try Self.expectation(scenario)
  }

  /// Parses an expectation; nil if there is none.
  static func expectation(_ text: String?) throws -> Expectation? {
    guard let expect = text else { return nil }
    do {
      return try Expectation(parsing: expect)
    } catch {
      throw CommandFailure(ExitStatus.usage, "--expect: \(error)")
    }
  }
}

/// What `--set` takes, for help.
let parameterHelp = WorkloadCatalogue.all.map { workload in
  let lines = workload.parameters.map { "  \($0.name)=\($0.defaultValue)  \($0.help)" }
  return "\(workload.name): \(workload.summary)\n" + lines.joined(separator: "\n")
}.joined(separator: "\n")

/// The command that does a run again: its own arguments without those that only concern output.
struct Reproduction {
  var text: String

  private static let outputOptions: Set<String> = ["--expect", "--runs-directory"]

  /// `isPlan` says that the plan is given, so that there is no seed to name.
  init(arguments: [String], isPlan: Bool = false) {
    var kept: [String] = []
    var skipNext = false
    for argument in arguments {
      if skipNext {
        skipNext = false
        continue
      }
      if Self.outputOptions.contains(argument) {
        skipNext = true
        continue
      }
      let name = argument.split(separator: "=").first.map(String.init) ?? argument
      if Self.outputOptions.contains(name) || argument == "-q" || argument == "--quiet" { continue }
      kept.append(Self.quoted(Self.withoutPassword(argument)))
    }
    if !isPlan, !arguments.contains(where: { $0.hasPrefix("--seed") }) { kept += ["--seed", "1"] }
    text = kept.joined(separator: " ")
  }

  /// AMQP URIs without the users and passwords in them.
  private static func withoutPassword(_ argument: String) -> String {
    guard argument.contains("amqp://") else { return argument }
    return argument.split(separator: ",", omittingEmptySubsequences: false).map { uri in
      guard let scheme = uri.firstRange(of: "amqp://"), let at = uri.lastIndex(of: "@"),
        at >= scheme.upperBound
      else { return String(uri) }
      return uri[..<scheme.upperBound] + "USER:PASSWORD" + uri[at...]
    }.joined(separator: ",")
  }

  private static func quoted(_ argument: String) -> String {
    let plain = argument.unicodeScalars.allSatisfy {
      ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
        || "-_=.,:/@%+".unicodeScalars.contains($0)
    }
    if plain, !argument.isEmpty { return argument }
    return "'"
      + argument.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }
}
