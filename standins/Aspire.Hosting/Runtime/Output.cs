namespace Aspire.Hosting.Runtime;

/// <summary>The lines of all processes and our own, each behind the name of whose it is; in colour on a terminal.</summary>
internal sealed class Output
{
    private const string Own = "apphost";
    private const string Reset = "\e[0m";
    private static readonly string[] Colours = ["\e[36m", "\e[33m", "\e[32m", "\e[35m", "\e[34m", "\e[96m", "\e[93m", "\e[92m"];
    private readonly Lock gate = new();
    private readonly Dictionary<string, string> colours = [];
    private int width = Own.Length;

    public bool Coloured { get; } = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null or "";

    public void Expect(IEnumerable<string> names) => width = names.Append(Own).Max(name => name.Length);

    public void Line(string name, string text)
    {
        lock (gate)
        {
            var prefix = name.PadRight(width);
            if (Coloured)
            {
                if (!colours.TryGetValue(name, out var colour))
                {
                    colours[name] = colour = name == Own ? "\e[1m" : Colours[colours.Count % Colours.Length];
                }
                prefix = colour + prefix + Reset;
            }
            Console.Out.WriteLine($"{prefix} | {text}");
        }
    }

    public void Note(string text) => Line(Own, text);

    /// <summary>What ended everything, on standard error, without a prefix.</summary>
    public void Fail(string message)
    {
        lock (gate)
        {
            Console.Error.WriteLine();
            Console.Error.WriteLine($"AppHost: {message}");
        }
    }

    public void Table(IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        lock (gate)
        {
            Console.Out.WriteLine();
            foreach (var row in rows)
            {
                Console.Out.WriteLine("  " + string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
            }
            Console.Out.WriteLine();
        }
    }
}
