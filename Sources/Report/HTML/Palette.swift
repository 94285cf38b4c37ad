/// The colours of the HTML report, for light and dark pages.
///
/// Text colours have a contrast of at least 4.5 to both grounds (WCAG 2.2, 1.4.3), strokes of
/// charts one of at least 3 (1.4.11).
enum Palette {
  /// A named colour as CSS writes it.
  struct Colour: Hashable {
    var name: String
    var light: String
    var dark: String
    var use: Use
  }

  /// What a colour is for.
  enum Use: Hashable {
    case ground
    case text
    case stroke
    case decoration
  }

  static let all = [
    Colour(name: "ground", light: "#ffffff", dark: "#15181c", use: .ground),
    Colour(name: "raised", light: "#f5f6f8", dark: "#1e2329", use: .ground),
    Colour(name: "ink", light: "#1b1f24", dark: "#e4e7eb", use: .text),
    Colour(name: "muted", light: "#57606a", dark: "#9aa4af", use: .text),
    Colour(name: "link", light: "#0b57a4", dark: "#7cb7f2", use: .text),
    Colour(name: "good", light: "#1a6b3c", dark: "#6cc08b", use: .text),
    Colour(name: "bad", light: "#b01e1e", dark: "#ff8a80", use: .text),
    Colour(name: "doubtful", light: "#7a5200", dark: "#e0b050", use: .text),
    Colour(name: "line", light: "#d5dae0", dark: "#343b43", use: .decoration),
    Colour(name: "good-tint", light: "#e9f5ed", dark: "#1a2c21", use: .ground),
    Colour(name: "bad-tint", light: "#fcecea", dark: "#3a2022", use: .ground),
    Colour(name: "doubtful-tint", light: "#fbf3df", dark: "#322a17", use: .ground),
    Colour(name: "first", light: "#1f66b5", dark: "#6fb0f0", use: .stroke),
    Colour(name: "second", light: "#b4560f", dark: "#f0a060", use: .stroke),
    Colour(name: "third", light: "#68717b", dark: "#98a2ad", use: .stroke),
    Colour(name: "fault", light: "#c2362b", dark: "#e07a70", use: .stroke),
  ]

  /// The colours as variables of the style sheet; paper is light.
  static var declarations: String {
    let light = all.map { "--\($0.name):\($0.light);" }.joined()
    let dark = all.map { "--\($0.name):\($0.dark);" }.joined()
    return ":root{\(light)}@media (prefers-color-scheme:dark){:root{\(dark)}}"
      + "@media print{:root{\(light)}}"
  }
}
