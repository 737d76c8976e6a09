node -p 'Object.entries(require("./.samspill/default/stack.json").environment).map((pair) => pair.join("=")).join("\n")' > hub.env
