using System.Buffers.Text;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Gateway.Tests;

public sealed class SessionTokensTests
{
    private const string OtherKey = "another-key-that-is-long-enough-too";

    private readonly ManualClock _clock = new();

    [Fact]
    public void A_token_contains_user_and_session()
    {
        var tokens = Tokens();
        var userId = Guid.NewGuid();
        var session = Read(tokens, tokens.Issue(userId));
        Assert.Equal((userId, true), (session.UserId, session.HasCurrentKey));
        Assert.InRange(session.IssuedAt, _clock.GetUtcNow().AddMilliseconds(-1), _clock.GetUtcNow());

        var second = Read(tokens, tokens.Issue(userId));
        Assert.Equal(userId, second.UserId);
        Assert.NotEqual(session.Id, second.Id);
    }

    [Fact]
    public void A_renewed_token_has_a_later_time_and_the_same_session()
    {
        var tokens = Tokens();
        var first = Read(tokens, tokens.Issue(Guid.NewGuid()));
        _clock.Advance(TimeSpan.FromDays(200));
        var second = Read(tokens, tokens.Renew(first));
        Assert.Equal((first.UserId, first.Id), (second.UserId, second.Id));
        Assert.Equal(TimeSpan.FromDays(200), second.IssuedAt - first.IssuedAt);

        _clock.Advance(TimeSpan.FromDays(300));
        Assert.True(tokens.TryRead(tokens.Renew(second), out _));
    }

    [Fact]
    public void A_token_expires_365_days_after_its_issue()
    {
        var tokens = Tokens();
        var token = tokens.Issue(Guid.NewGuid());
        _clock.Advance(TimeSpan.FromDays(365) - TimeSpan.FromMilliseconds(2));
        Assert.True(tokens.TryRead(token, out _));
        _clock.Advance(TimeSpan.FromMilliseconds(2));
        Assert.False(tokens.TryRead(token, out _));
    }

    [Theory]
    [InlineData(299, true)]
    [InlineData(302, false)]
    public void A_token_from_the_future_is_rejected_beyond_the_clock_skew(int seconds, bool accepted)
    {
        var ahead = new ManualClock(_clock.GetUtcNow() + TimeSpan.FromSeconds(seconds));
        Assert.Equal(accepted, Tokens().TryRead(Tokens(clock: ahead).Issue(Guid.NewGuid()), out _));
    }

    [Fact]
    public void A_token_is_due_for_renewal_after_30_days()
    {
        var tokens = Tokens();
        var session = Read(tokens, tokens.Issue(Guid.NewGuid()));
        _clock.Advance(TimeSpan.FromDays(30) - TimeSpan.FromSeconds(1));
        Assert.False(tokens.IsDueForRenewal(session));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(tokens.IsDueForRenewal(session));
    }

    [Fact]
    public void Tokens_of_the_previous_key_are_valid_until_it_is_removed_and_are_renewed_at_once()
    {
        var old = Tokens(OtherKey);
        var userId = Guid.NewGuid();
        var token = old.Issue(userId);

        var during = Tokens(previous: OtherKey);
        var session = Read(during, token);
        Assert.Equal((userId, false), (session.UserId, session.HasCurrentKey));
        Assert.True(during.IsDueForRenewal(session));
        var renewed = during.Renew(session);

        var after = Tokens();
        Assert.False(after.TryRead(token, out _));
        Assert.Equal(session.Id, Read(after, renewed).Id);
        Assert.False(old.TryRead(renewed, out _));
    }

    [Fact]
    public void Two_rotations_within_the_life_of_a_token_end_no_session()
    {
        const string ThirdKey = "a-third-key-that-is-long-enough-as-well";
        var (first, second) = (Tokens(OtherKey).Issue(Guid.NewGuid()), Tokens(ThirdKey).Issue(Guid.NewGuid()));
        var tokens = Tokens(previous: $"{ThirdKey},{OtherKey}");
        var third = tokens.Issue(Guid.NewGuid());
        Assert.Equal(
            [false, false, true], new[] { first, second, third }.Select(token => Read(tokens, token).HasCurrentKey));

        // The first one is taken out of the list.
        var later = Tokens(previous: ThirdKey);
        Assert.Equal([false, true, true], new[] { first, second, third }.Select(token => later.TryRead(token, out _)));
    }

    [Fact]
    public void A_change_of_any_bit_invalidates_a_token()
    {
        var tokens = Tokens(previous: OtherKey);
        foreach (var token in new[] { tokens.Issue(Guid.NewGuid()), Tokens(OtherKey).Issue(Guid.NewGuid()) })
        {
            var bytes = Base64Url.DecodeFromChars(token);
            for (var bit = 0; bit < bytes.Length * 8; bit++)
            {
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.False(tokens.TryRead(Base64Url.EncodeToString(bytes), out _), $"bit {bit}");
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            }
            Assert.True(tokens.TryRead(Base64Url.EncodeToString(bytes), out _));
        }
    }

    [Fact]
    public void Any_text_that_was_not_issued_is_rejected()
    {
        var tokens = Tokens();
        var token = tokens.Issue(Guid.NewGuid());
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        const string Alphabet = "ABCxyz019-_+/=% \t\r\n\0\"\\;,é€\ud83d\uffff";
        for (var round = 0; round < 20_000; round++)
        {
            // Half of them are the real token with a few characters replaced, inserted or left out.
            var text = round % 2 == 0
                ? new string(random.GetItems<char>(Alphabet, random.Next(3) == 0 ? random.Next(300) : token.Length))
                : Edit(token, random, Alphabet);
            Assert.False(text != token && tokens.TryRead(text, out _), $"seed {seed}, round {round}: {text}");
        }
        Assert.False(tokens.TryRead(null, out _));
        Assert.False(tokens.TryRead(new string('A', 1_000_000), out _));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("too short", null)]
    [InlineData(TestGateway.SigningKey, "too short")]
    [InlineData(TestGateway.SigningKey, TestGateway.SigningKey)]
    [InlineData(TestGateway.SigningKey, OtherKey + ",too short")]
    [InlineData(TestGateway.SigningKey, OtherKey + ", " + OtherKey)]
    [InlineData(TestGateway.SigningKey, OtherKey + "," + TestGateway.SigningKey)]
    public void A_missing_short_or_repeated_key_is_rejected(string? current, string? previous)
    {
        var errors = new OptionsErrors("Session");
        new SessionOptions { SigningKey = current ?? "", PreviousSigningKeys = previous ?? "" }.Validate(errors);
        var error = Assert.Single(errors.Messages);
        Assert.DoesNotContain(TestGateway.SigningKey, error, StringComparison.Ordinal);
    }

    private static string Edit(string token, Random random, string alphabet)
    {
        for (var edits = random.Next(1, 4); edits > 0; edits--)
        {
            var at = random.Next(token.Length);
            var with = alphabet[random.Next(alphabet.Length)].ToString();
            token = random.Next(3) switch
            {
                0 => token[..at] + with + token[(at + 1)..],
                1 => token.Insert(at, with),
                _ => token.Remove(at, 1),
            };
        }
        return token;
    }

    private static Session Read(SessionTokens tokens, string token)
    {
        Assert.True(tokens.TryRead(token, out var session));
        return session;
    }

    private SessionTokens Tokens(
        string? current = TestGateway.SigningKey, string? previous = null, TimeProvider? clock = null) => new(
        Options.Create(new SessionOptions { SigningKey = current ?? "", PreviousSigningKeys = previous ?? "" }),
        new DatabaseClock(null!, clock ?? _clock), clock ?? _clock);
}
