import Harness
import Judging
import Operations

extension Finding? {
  /// `held`, `violated (97)`, `unknown`, `not exercised`; a dash where nobody judged.
  var words: String {
    guard let finding = self else { return Readable.absent }
    guard finding.judgement == .violated, finding.violations > 0 else {
      return finding.judgement.name
    }
    return "\(finding.judgement.name) (\(Readable.count(finding.violations)))"
  }

  /// The tone in which a judgement is shown; what is not required is never alarming.
  func tone(isRequired: Bool) -> Tone {
    switch self?.judgement {
    case .held: .good
    case .violated: isRequired ? .bad : .doubtful
    case .unknown: .doubtful
    case .notExercised, nil: isRequired ? .doubtful : .faint
    }
  }
}

extension Verdict {
  /// The tone in which a verdict is shown.
  var tone: Tone {
    switch self {
    case .valid: .good
    case .unknown: .doubtful
    case .invalid: .bad
    }
  }
}

extension Guarantee {
  /// What `count` violations of it mean, as a whole sentence in plain words; `undelivered` says
  /// whether all of them are messages that no consumer ever got.
  func violationSentence(_ count: Int, undelivered: Bool) -> String {
    let sentence = (undelivered ? facts.undelivered : nil) ?? facts.violation
    return (count == 1 ? sentence.one : sentence.many)
      .split(separator: "#", omittingEmptySubsequences: false)
      .joined(separator: Readable.count(count))
  }
}
