using ReelBallers.Worker.Tests;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>Videos as people have them, through the whole journey.</summary>
[Collection(nameof(Stack))]
public sealed class CorpusTests(CorpusJourneys journeys) : IClassFixture<CorpusJourneys>
{
    public static TheoryData<string> Names => Worker.Tests.Corpus.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public Task A_video_becomes_what_is_expected_or_is_rejected_at_no_cost(string name) => journeys.EndAsync(name);

    [Fact]
    public async Task Only_results_are_charged()
    {
        var (charged, paid) = await journeys.BooksAsync();
        Assert.True(charged > 0);
        Assert.Equal(charged, paid);
    }
}
