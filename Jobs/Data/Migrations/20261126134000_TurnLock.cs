using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Jobs.Data.Migrations
{
    /// <inheritdoc />
    public partial class TurnLock : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(TurnOfOneAtATime);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(TurnWithoutLock);
    }
}
