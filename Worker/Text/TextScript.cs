using System.Globalization;
using System.Text;

namespace ReelBallers.Worker;

/// <summary>
/// Writes a text layer as a subtitle script (ASS), for the library that shapes Arabic, orders Hebrew and joins emoji. Each part of the
/// text names the font that has its characters: a script has no other way to use several.
/// </summary>
internal static class TextScript
{
    public static string Write(TextLayer layer, FrameSize frame, IReadOnlyList<FontFile> fonts)
    {
        var text = new StringBuilder();
        FontFile? current = null;
        // A base with its marks, or an emoji of several parts, must be in one font to be joined.
        foreach (var cluster in Clusters(layer.Text))
        {
            foreach (var (part, font) in Fonts(cluster, fonts))
            {
                if (font is not null && font != current)
                {
                    current = font;
                    text.Append(CultureInfo.InvariantCulture, $"{{\\fn{font.Family}\\fs{layer.FontSize * font.LineHeight:0.###}}}");
                }

                text.Append(Escape(part));
            }
        }

        var (x, y) = (Math.Round(layer.X), Math.Round(layer.Y));
        // How transparent it is, then blue, green and red.
        var color = $"{255 - (int)Math.Round(layer.Opacity * 255):X2}{layer.Color[4..6]}{layer.Color[2..4]}{layer.Color[0..2]}";
        return string.Create(CultureInfo.InvariantCulture, $$"""
            [Script Info]
            ScriptType: v4.00+
            PlayResX: {{frame.Width}}
            PlayResY: {{frame.Height}}
            WrapStyle: 2
            ScaledBorderAndShadow: yes

            [V4+ Styles]
            Format: Name, Fontname, Fontsize, PrimaryColour, BorderStyle, Outline, Shadow, Alignment, Encoding
            Style: Text,{{fonts[0].Family}},{{layer.FontSize}},&H{{color}},1,0,0,7,-1

            [Events]
            Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
            Dialogue: 0,{{Time(layer.StartSeconds ?? 0)}},{{Time(layer.EndSeconds ?? 359_999)}},Text,,0,0,0,,{\pos({{x}},{{y}})}{{text}}

            """);
    }

    private static IEnumerable<string> Clusters(string text)
    {
        for (var elements = StringInfo.GetTextElementEnumerator(text); elements.MoveNext();)
        {
            yield return elements.GetTextElement();
        }
    }

    private static IEnumerable<(string Text, FontFile? Font)> Fonts(string cluster, IReadOnlyList<FontFile> fonts)
    {
        var characters = CharacterRanges.Characters(cluster).ToArray();
        if (characters.Length == 0)
        {
            return [(cluster, null)];
        }

        return fonts.FirstOrDefault(font => characters.All(rune => font.Characters.Contains(rune.Value))) is { } one
            ? [(cluster, one)]
            : cluster.EnumerateRunes()
                .Select(rune => (rune.ToString(), fonts.FirstOrDefault(font => font.Characters.Contains(rune.Value))));
    }

    /// <summary>Braces begin commands and a backslash begins others; spaces at the ends of a line would be cut off.</summary>
    private static string Escape(string text)
    {
        const char WordJoiner = '\u2060';
        return text switch
        {
            "\n" or "\r\n" => "\\N",
            " " => "\\h",
            "{" => "\\{",
            "}" => "\\}",
            "\\" => $"\\{WordJoiner}",
            _ => string.Concat(text.EnumerateRunes().Select(rune => Rune.IsControl(rune) ? " " : rune.ToString())),
        };
    }

    private static string Time(double seconds)
    {
        var time = TimeSpan.FromSeconds(Math.Round(seconds, 2));
        return string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time:mm\\:ss\\.ff}");
    }
}
