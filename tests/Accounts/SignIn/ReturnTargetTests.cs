using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts.Tests;

/// <summary>A sign-in leads to no other site.</summary>
public sealed class ReturnTargetTests
{
    private readonly ReturnTargets _targets = new(
        Options.Create(new SignInOptions { ReturnOrigins = "https://front.example.com, http://localhost:3000" }),
        Options.Create(new AppOptions { Url = "https://app.example.com/" }));

    [Theory]
    [InlineData("/")]
    [InlineData("/jobs/1?x=//y&z=https://w#//end")]
    [InlineData("https://app.example.com")]
    [InlineData("https://front.example.com/a?b#c")]
    [InlineData("http://localhost:3000/")]
    public void Paths_of_the_app_and_pages_of_allowed_origins_are_accepted(string target) => Assert.Equal(target, _targets.Accept(target));

    [Fact]
    public void Without_a_target_it_is_the_first_page() => Assert.Equal("/", _targets.Accept(null));

    [Theory]
    [InlineData("")]
    [InlineData("jobs")]
    [InlineData("//attacker.example")]
    [InlineData("/\\attacker.example")]
    [InlineData("/\t/attacker.example")]
    [InlineData("\\\\attacker.example")]
    [InlineData(" //attacker.example")]
    [InlineData("https://attacker.example")]
    [InlineData("https://front.example.com.attacker.example/")]
    [InlineData("https://front.example.com@attacker.example/")]
    [InlineData("https://user@front.example.com/")]
    [InlineData("https://front.example.com:444/")]
    [InlineData("http://front.example.com/")]
    [InlineData("https:front.example.com/")]
    [InlineData("https:/front.example.com/")]
    [InlineData("HTTPS://front.example.com/")]
    [InlineData("https://front.example.com\\@attacker.example/")]
    [InlineData("https://front.example.com?@attacker.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("/é")]
    [InlineData("/a\r\nLocation: https://attacker.example")]
    public void Other_targets_are_rejected(string target) => Assert.Null(_targets.Accept(target));

    [Fact]
    public void A_target_has_at_most_1000_characters()
    {
        Assert.NotNull(_targets.Accept("/" + new string('a', 999)));
        Assert.Null(_targets.Accept("/" + new string('a', 1000)));
    }
}
