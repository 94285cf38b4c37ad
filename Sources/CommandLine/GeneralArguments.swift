import ArgumentParser
import Campaign
import Checkers
import Judging
import Linearizability
import Report

/// What `--checker general` wants to know besides.
struct GeneralArguments: ParsableArguments {
  /// How long a file may take if nobody says it.
  static let defaultTime = Duration.seconds(60)
  /// What the tables of all searches at the same time may take if nobody says it.
  static let defaultMemory = ByteCount(bytes: 2 << 30)

  @Option(
    help: """
      What the operations were done to: \
      \(ModelName.allCases.map(\.rawValue).joined(separator: ", ")).
      """)
  var model: String?

  @Option(
    help: """
      How long a history may take, as 500ms or 30s; what is not decided by then is unknown. \
      Default: \(Readable.duration(defaultTime)).
      """)
  var timeLimit: TimeSpan?

  @Option(
    help: """
      What the tables of the search for one history may take, as 512MiB or 4GiB; what needs more \
      is unknown. Default: \(defaultMemory.text), divided by the histories judged at the same time.
      """)
  var memoryLimit: ByteCount?

  /// The check that was asked for, of which so many run at the same time.
  func check(atATime jobs: Int) throws -> GeneralHistoryCheck {
    let names = ModelName.allCases.map(\.rawValue)
    guard let model else {
      throw CommandFailure(
        ExitStatus.usage,
        "--checker general needs a --model: \(names.joined(separator: ", "))")
    }
    return GeneralHistoryCheck(
      model: try known("model", model, among: names) { ModelName(rawValue: $0) },
      timeLimit: timeLimit?.duration ?? Self.defaultTime,
      maximumBytes: memoryLimit?.bytes ?? Self.defaultMemory.bytes / max(1, jobs))
  }

  /// Refuses options that no other checker has.
  func requireAbsence() throws {
    if model != nil || timeLimit != nil || memoryLimit != nil {
      throw CommandFailure(
        ExitStatus.usage,
        "--model, --time-limit and --memory-limit belong to --checker general; all other checkers "
          + "take a time that grows with the length of the history, and no more")
    }
  }
}
