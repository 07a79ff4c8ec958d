using System.Text.Json.Nodes;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>One request of the fuzz while it is made. All that is drawn comes from the seed and the request's number.</summary>
internal sealed class FuzzCase(FuzzWorld world, int number)
{
    public FuzzWorld World => world;

    public int Number => number;

    public Random Random { get; } = new(HashCode(world.Seed, number));

    public required FuzzOperation Operation { get; init; }

    public required FuzzActor Actor { get; init; }

    public required RawRequest Request { get; init; }

    /// <summary>Whose session it is.</summary>
    public FuzzRole Role { get; init; }

    /// <summary>A job, a file, a top-up and a user that are not the actor's.</summary>
    public IReadOnlyList<string> ForeignIds => Role == FuzzRole.User ? World.ForeignIds : World.OtherIds(Actor);

    /// <summary>The session in whose name the request is sent.</summary>
    public required string Token { get; init; }

    /// <summary>The body before it became bytes; null when it is none, or no JSON any more.</summary>
    public JsonNode? Json { get; set; }

    /// <summary>The body as text, where a trick has made one that no tree stands for.</summary>
    public string? Text { get; set; }

    /// <summary>Whether the request is sent twice at the same time.</summary>
    public bool SendTwice { get; set; }

    /// <summary>What was done to the request, in order.</summary>
    public List<string> Tricks { get; } = [];

    /// <summary>Whether the first line is what HTTP allows: the document does not speak of others.</summary>
    public bool IsHttp { get; set; } = true;

    /// <summary>Requests that follow at once on the same connection.</summary>
    public List<RawRequest> Followers { get; } = [];

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Random.Next(choices.Count)];

    public bool Chance(double probability) => Random.NextDouble() < probability;

    private static int HashCode(int seed, int number) => unchecked((seed * 486_187_739) ^ (number * 16_777_619) ^ (number << 16));
}
