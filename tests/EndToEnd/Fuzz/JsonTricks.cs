using System.Text.Json;
using System.Text.Json.Nodes;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>Bodies that are JSON, or almost, and not what the operation takes.</summary>
internal static class JsonTricks
{
    private const string Placeholder = "@placeholder@";

    public static readonly IReadOnlyList<Trick> All =
    [
        new("value", Replace), new("value", Replace), new("value", Replace), new("two values", drawn =>
        {
            Replace(drawn);
            Replace(drawn);
        }),
        new("member removed", drawn => WithObject(drawn, (holder, name) => holder.Remove(name))),
        new("member twice", drawn => WithObject(drawn, (holder, name) =>
            Text(drawn, holder, name, $"{holder[name]?.ToJsonString() ?? "null"},\"{name}\":{HostileValues.Draw(drawn)}"))),
        new("member in another case", drawn => WithObject(drawn, (holder, name) =>
        {
            var value = holder[name];
            holder.Remove(name);
            holder[drawn.Pick([name.ToUpperInvariant(), Capital(name), Camel(name), $" {name}", $"{name}\0"])] = value;
        })),
        new("member more", drawn => WithObject(drawn, (holder, _) =>
            holder[drawn.Pick(["__proto__", "constructor", "user_id", "uid", "id", "", "$type", "cost_cents", "status", "\u00e9",
                "a\0b"])] = drawn.Pick(["x", "1", drawn.ForeignIds[3]]))),
        new("a thousand members", drawn => WithObject(drawn, (holder, _) =>
        {
            for (var index = 0; index < 1000; index++)
            {
                holder[$"m{index}"] = index;
            }
        })),
        new("the whole", drawn => Become(drawn, HostileValues.Draw(drawn))),
        new("inside a list", drawn => Become(drawn, $"[{drawn.Json?.ToJsonString()}]")),
        new("followed by more", drawn => Become(drawn, drawn.Json?.ToJsonString() + drawn.Pick(["x", "{}", ",", "\0", "\n\n \n", "//c"]))),
        new("preceded by more", drawn => Become(drawn, drawn.Pick([" ", "\n", "x", ")]}',\n", "\0", "/**/"]) + drawn.Json?.ToJsonString())),
        new("cut off", drawn =>
        {
            var text = drawn.Json?.ToJsonString() ?? "";
            Become(drawn, text[..drawn.Random.Next(text.Length + 1)]);
        }),
        new("large", drawn => WithObject(drawn, (holder, _) =>
            holder["filler"] = new string('x', drawn.Pick([60_000, 261_000, 263_000, 1_047_000, 1_049_000])))),
    ];

    private static void Replace(FuzzCase drawn) => WithObject(drawn, (holder, name) =>
        Text(drawn, holder, name, HostileValues.Draw(drawn)));

    /// <summary>A member of any object inside the body.</summary>
    private static void WithObject(FuzzCase drawn, Action<JsonObject, string> change)
    {
        var objects = Objects(drawn.Json).Where(holder => holder.Count > 0).ToList();
        if (objects.Count > 0)
        {
            var holder = drawn.Pick(objects);
            change(holder, drawn.Pick([.. holder.Select(member => member.Key)]));
        }
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject holder => holder.SelectMany(member => Objects(member.Value)).Prepend(holder),
        JsonArray list => list.SelectMany(Objects),
        _ => [],
    };

    /// <summary>Puts text in a value's place, JSON or not.</summary>
    private static void Text(FuzzCase drawn, JsonObject holder, string name, string text)
    {
        holder[name] = Placeholder;
        var whole = drawn.Json!.ToJsonString();
        holder[name] = null;
        Become(drawn, whole.Replace($"\"{Placeholder}\"", text, StringComparison.Ordinal));
    }

    /// <summary>The body is this text from now on; tricks that need a tree go on only if it is JSON.</summary>
    private static void Become(FuzzCase drawn, string text)
    {
        drawn.Text = text;
        try
        {
            drawn.Json = JsonNode.Parse(text);
            // Twice the same member and half a surrogate pair show themselves only here.
            _ = Objects(drawn.Json).Count();
            _ = drawn.Json?.ToJsonString();
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            drawn.Json = null;
        }
    }

    private static string Camel(string name) => string.Concat(name.Split('_')
        .Select((word, index) => index == 0 ? word : Capital(word)));

    // A trick before this one may have added a member without a name.
    private static string Capital(string word) => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..];
}
