/// How a text is to look on a terminal.
package struct TerminalStyle: Hashable, Sendable {
  /// The widest line in any report.
  package static let widest = 100
  /// Below this width lines are not broken further.
  package static let narrowest = 40

  /// Whether colours and bold type are used.
  package var colour: Bool
  /// The longest line, in characters, between `narrowest` and `widest`.
  package var width: Int

  /// A style; the width is brought into its bounds.
  package init(colour: Bool, width: Int = widest) {
    self.colour = colour
    self.width = min(max(width, Self.narrowest), Self.widest)
  }

  /// `text` in the tone, unchanged where colours are off.
  func paint(_ text: String, _ tone: Tone) -> String {
    guard colour, let code = tone.code, !text.isEmpty else { return text }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}

/// What a piece of text is meant to convey.
enum Tone: Hashable, Sendable {
  case plain
  case strong
  case good
  case bad
  case doubtful
  case faint

  /// The parameters of the SGR control sequence (ECMA-48).
  var code: String? {
    switch self {
    case .plain: nil
    case .strong: "1"
    case .good: "32"
    case .bad: "1;31"
    case .doubtful: "33"
    case .faint: "2"
    }
  }
}
