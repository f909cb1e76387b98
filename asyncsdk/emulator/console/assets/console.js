const answer = await fetch("/_emulator/overview");
document.getElementById("main").textContent = JSON.stringify(await answer.json());
